using Aurora.Core.Jobs;
using Aurora.Messaging;
using Aurora.Simulation.Engine;
using Aurora.Simulation.Faults;

namespace Aurora.Simulation.Bus;

/// <summary>
/// RabbitMQ as our code may rely on it: queues in order, at least once, what is confirmed stays unless the server loses its queues; what is not confirmed may or may not
/// be there. Which of its troubles a run has, and how often, says the scenario, until <see cref="Calm"/>.
/// </summary>
internal sealed class SimulatedBus(Timeline timeline, Chance chance, Scenario scenario, Trace trace)
{
    private readonly Dictionary<string, BusQueue> _queues = [];
    private readonly List<BusLink> _links = [];
    private bool _isCalm;

    public Life Life { get; } = new();

    /// <summary>Whether the server is up.</summary>
    public bool IsAvailable { get; set; } = true;

    public double ReorderShare => Share(FaultKinds.Reordering);

    public int DeadLetters { get; private set; }

    public BusQueue Commands => Queue(QueueNames.Commands);

    public BusQueue Status => Queue(QueueNames.Status);

    public IEnumerable<BusQueue> Queues => _queues.Values;

    public IReadOnlyList<BusLink> Links => _links;

    public BusQueue Worker(WorkerId worker) => Queue(QueueNames.Worker(worker));

    public BusLink Open(string name)
    {
        var link = new BusLink(name, this, timeline, chance);
        _links.Add(link);
        return link;
    }

    /// <summary>From now on no message is in trouble.</summary>
    public void Calm() => _isCalm = true;

    public bool Loses() => chance.Happens(Share(FaultKinds.MessageLoss));

    public bool Repeats() => chance.Happens(Share(FaultKinds.Duplicates));

    public TimeSpan Latency() => chance.Happens(Share(FaultKinds.SlowMessages))
        ? chance.Between(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(8))
        : chance.Between(TimeSpan.FromMilliseconds(0.2), TimeSpan.FromMilliseconds(3));

    public SimulatedMessage Seal(object content) => Seal(chance.Id(), content, null);

    public SimulatedMessage Seal(Guid id, object content, Action<Core.Messages.Reply>? answer)
    {
        var message = new SimulatedMessage(id, content, answer);
        return scenario.OnTheWire ? message.OverTheWire() : message;
    }

    /// <summary>The server loses every message.</summary>
    public void Wipe()
    {
        foreach (var queue in _queues.Values)
            queue.Wipe();
    }

    public void DeadLetter(string queue, SimulatedMessage message, string reason)
    {
        DeadLetters++;
        trace.Say($"bus        {queue} gives up {message.Content.GetType().Name}: {reason}");
    }

    private BusQueue Queue(string name)
    {
        if (!_queues.TryGetValue(name, out var queue))
            _queues.Add(name, queue = new BusQueue(name, this, chance));
        return queue;
    }

    private double Share(FaultKinds kind) => _isCalm || !scenario.Has(kind) ? 0 : scenario.MessageTrouble;
}
