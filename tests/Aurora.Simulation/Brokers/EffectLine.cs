using Aurora.Broker.Dispatch;
using Aurora.Broker.State;
using Aurora.Simulation.Bus;
using Aurora.Simulation.Engine;

namespace Aurora.Simulation.Brokers;

/// <summary>
/// Sends a term's effects, in order and in portions, as the broker's sender does: what the bus does not confirm is dropped. When the broker dies, what is still in the
/// line is lost; when only the term ends, it has a moment for its last words.
/// </summary>
internal sealed class EffectLine(World world, SimulatedBroker broker, Life process, Action<AskCoordinator> ask, Chance chance) : IEffectSink
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);
    private readonly Life _life = new(process);
    private readonly Queue<Effect> _line = new();
    private bool _isPumping;

    public bool IsEmpty => _line.Count == 0;

    public void Send(IReadOnlyList<Effect> effects)
    {
        foreach (var effect in effects)
        {
            world.Referee.Leaving(broker, effect);
            _line.Enqueue(effect);
        }

        Pump();
    }

    public void Close() => world.Timeline.After(LastWords, process, _life.End);

    private void Pump()
    {
        if (_isPumping || _line.Count == 0)
            return;
        _isPumping = true;
        world.Timeline.After(chance.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(1)), _life, SendSome);
    }

    private void SendSome()
    {
        _isPumping = false;
        for (var left = chance.Between(1, 1 + _line.Count); left > 0 && _line.TryDequeue(out var effect); left--)
            SendOne(effect);
        Pump();
    }

    private void SendOne(Effect effect)
    {
        switch (effect)
        {
            case Answered answered:
                _ = answered.Request.AnswerAsync(answered.Answer.ToReply(), CancellationToken.None); // Ends at once.
                break;
            case ToWorker to:
                broker.Link.Publish(world.Bus.Worker(to.Worker), world.Bus.Seal(to.Message), _ => { });
                break;
            case AskCoordinator question:
                ask(question);
                break;
        }
    }
}
