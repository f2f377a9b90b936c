using Aurora.Broker.FrontDoor;
using Aurora.Broker.Leadership;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Messages;
using Aurora.Simulation.Bus;
using Aurora.Simulation.Engine;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.Simulation.Brokers;

/// <summary>One term of leadership: the real loop over the real state, stepped by virtual time.</summary>
internal sealed class SimulatedTerm : IDisposable
{
    private const int CommandPrefetch = 500;
    private const int StatusPrefetch = 1000;

    private readonly World _world;
    private readonly SimulatedBroker _broker;
    private readonly Chance _chance;
    private readonly Life _life;
    private readonly EffectLine _line;
    private readonly BrokerLoop _loop;
    private readonly CancellationTokenSource _drop = new();
    private bool _isStepDue;
    private bool _isStepping;
    private bool _isOver;

    public SimulatedTerm(World world, SimulatedBroker broker, Life process, Lease lease, StoredState stored, Chance chance)
    {
        (_world, _broker, _chance, Lease, _life) = (world, broker, chance, lease, new Life(process));
        _line = new EffectLine(world, broker, process, Ask, chance);
        broker.Clock.Life = _life;
        broker.Clock.AfterTimer = Kick;
        var begun = TermBeginning.Of(stored, lease, world.TurnOptions(broker.Name), broker.Store, _line, new PoisonList(), broker.Clock, NullLogger.Instance);
        (Machine, _loop) = (begun.Machine, begun.Loop);
    }

    public Lease Lease { get; }

    public BrokerMachine Machine { get; }

    /// <summary>Whether nothing is under way: every input is applied and stored, every effect sent.</summary>
    public bool IsIdle => !_isStepping && !_loop.HasWork && _line.IsEmpty;

    /// <summary>Whether memory and store can be compared.</summary>
    public bool IsCommitted => !_isStepping;

    public void Open()
    {
        Consume();
        Kick();
    }

    public void Consume()
    {
        if (!_broker.Link.IsUp)
            return; // When it connects.
        _broker.Link.Consume(_world.Bus.Status, StatusPrefetch, Admit);
        _broker.Link.Consume(_world.Bus.Commands, CommandPrefetch, AdmitCommand);
    }

    /// <summary>Stops at once, also while it commits.</summary>
    public void Drop()
    {
        _drop.Cancel();
        if (!_isStepping)
            End(null);
    }

    public void Dispose() => _drop.Dispose();

    private void Admit(SimulatedDelivery delivery) => Offer(new WorkerInput(delivery.Content, delivery));

    private void AdmitCommand(SimulatedDelivery delivery)
    {
        var command = (ICommand)delivery.Content;
        var request = new SimulatedRequest(delivery, _world.Bus, _broker.Link);
        if (_world.Desk.Admit(command, request, out var faults) is not { } input)
        {
            _ = request.AnswerAsync(Answer.Invalid(command.CommandId, faults).ToReply(), CancellationToken.None); // Ends at once.
            request.Ack();
            return;
        }

        Offer(input);
    }

    // A coordinator takes its time, says yes or no, and is not heard by a leader that has gone.
    private void Ask(AskCoordinator question) => _world.Timeline.After(_chance.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5)), _life, () =>
    {
        var allows = _world.IsCalm || _chance.Happens(0.6);
        if (allows)
            _world.Allowances.Add(question.Task.Id);
        Offer(new CoordinatorAnswered(question.Request, allows));
    });

    private void Offer(LoopInput input)
    {
        if (_isOver || _life.IsOver)
            return;
        if (!_loop.OfferAsync(input, CancellationToken.None).AsTask().IsCompletedSuccessfully)
            throw new InvalidOperationException("The loop's line is full.");
        Kick();
    }

    private void Kick()
    {
        if (_isStepDue || _isStepping || _isOver)
            return;
        _isStepDue = true;
        _world.Timeline.After(_chance.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(1)), _life, () => _ = StepAsync());
    }

    // Its waits end inside the events that they wait for, on this one thread.
    private async Task StepAsync()
    {
        (_isStepDue, _isStepping) = (false, true);
        try
        {
            await _loop.StepAsync(_drop.Token);
        }
        catch (Exception e)
        {
            _isStepping = false;
            if (e is not (StoreException or StaleEpochException or OperationCanceledException))
                _world.Fail("the loop does not fail", e.ToString());
            End(e);
            return;
        }

        _isStepping = false;
        _world.Referee.Stepped(_broker, Machine);
        if (_drop.IsCancellationRequested)
            End(null);
        else if (_loop.HasWork)
            Kick();
    }

    private void End(Exception? error)
    {
        if (_isOver)
            return;
        _isOver = true;
        _life.End();
        _loop.Close();
        _loop.Dispose();
        _broker.Link.StopConsuming();
        _line.Close();
        Dispose();
        _broker.TermEnded(this, error);
    }
}
