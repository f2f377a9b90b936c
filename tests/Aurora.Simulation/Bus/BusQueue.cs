using Aurora.Simulation.Engine;

namespace Aurora.Simulation.Bus;

/// <summary>
/// A quorum queue: first in, first out; what a consumer does not settle before its connection breaks comes again, in its old place. Of several consumers the newest comes first (our consumers' priority).
/// </summary>
internal sealed class BusQueue(string name, SimulatedBus bus, Chance chance)
{
    private readonly List<BusConsumer> _consumers = [];
    private readonly LinkedList<SimulatedMessage> _ready = new();
    private long _tag;

    public string Name { get; } = name;

    public int ReadyCount => _ready.Count;

    public IEnumerable<SimulatedMessage> Messages => _ready.Concat(_consumers.SelectMany(c => c.Unsettled.Values));

    public void Add(SimulatedMessage message)
    {
        _ready.AddLast(message);
        Deliver();
    }

    public BusConsumer Consume(BusLink link, int prefetch, Action<SimulatedDelivery> handle)
    {
        var consumer = new BusConsumer(link, prefetch, handle);
        _consumers.Add(consumer);
        Deliver();
        return consumer;
    }

    /// <summary>The consumer is gone, or its connection: what it had comes again.</summary>
    public void Cancel(BusConsumer consumer)
    {
        if (!_consumers.Remove(consumer))
            return;
        foreach (var message in consumer.Unsettled.Values.Reverse())
            _ready.AddFirst(message with { Redelivered = true });
        consumer.Unsettled.Clear();
        Deliver();
    }

    public void Settle(BusConsumer consumer, long tag)
    {
        consumer.Unsettled.Remove(tag);
        Deliver();
    }

    public void Reject(BusConsumer consumer, long tag, string reason)
    {
        if (consumer.Unsettled.Remove(tag, out var message))
            bus.DeadLetter(Name, message, reason);
        Deliver();
    }

    public void GiveBack(BusConsumer consumer, long tag)
    {
        if (consumer.Unsettled.Remove(tag, out var message))
            _ready.AddFirst(message with { Redelivered = true });
        Deliver();
    }

    /// <summary>The server has lost it all; its consumers' connections break as well.</summary>
    public void Wipe()
    {
        _ready.Clear();
        foreach (var consumer in _consumers)
            consumer.Unsettled.Clear();
    }

    private void Deliver()
    {
        while (_ready.Count > 0 && NextConsumer() is { } consumer)
        {
            var message = TakeNext();
            var tag = ++_tag;
            consumer.Unsettled.Add(tag, message);
            var delivery = new SimulatedDelivery(this, consumer, tag, message);
            consumer.Link.Down(() => consumer.Handle(delivery));
        }
    }

    private SimulatedMessage TakeNext()
    {
        var node = _ready.First!; // The caller has looked.
        if (_ready.Count > 1 && chance.Happens(bus.ReorderShare))
        {
            for (var skip = chance.Between(1, Math.Min(5, _ready.Count - 1)); skip > 0; skip--)
                node = node.Next!;
        }

        _ready.Remove(node);
        return node.Value;
    }

    private BusConsumer? NextConsumer()
    {
        for (var i = _consumers.Count - 1; i >= 0; i--)
        {
            if (_consumers[i].HasRoom)
                return _consumers[i];
        }

        return null;
    }
}
