namespace Aurora.Messaging.InProcess;

/// <summary>
/// One queue: entries in order, entries that came back in front of the others, and publishers that wait for room. All fields are touched
/// under the one lock, held only for a few steps; nothing is awaited and no foreign code runs inside it.
/// </summary>
internal sealed class InProcessQueue(string name, int capacity)
{
    private readonly Lock _lock = new();
    private readonly Queue<QueueEntry> _ready = new();
    private readonly PriorityQueue<QueueEntry, long> _returned = new();
    private readonly LinkedList<WaitingPublish> _waiting = new();
    private InProcessConsumer[] _consumers = [];
    private long _nextPlace;
    private int _next;
    private int _unsettled;

    public string Name => name;

    /// <summary>Adds at the end. A full queue makes the publish wait in line, so that the order of calls is the order of the queue.</summary>
    /// <returns>Null when added; else the publish that waits.</returns>
    public WaitingPublish? Add(QueueEntry entry)
    {
        lock (_lock)
        {
            if (IsFull)
            {
                var waiting = new WaitingPublish(entry);
                waiting.Node = _waiting.AddLast(waiting);
                return waiting;
            }
            Append(entry);
        }
        WakeOne();
        return null;
    }

    /// <summary>Adds in spite of a full queue: for dead letters, whose original gives its room back at the same time.</summary>
    public void AddRegardless(QueueEntry entry)
    {
        lock (_lock)
            Append(entry);
        WakeOne();
    }

    /// <summary>Takes a publish out of the line; false when it has got its place meanwhile.</summary>
    public bool GiveUp(WaitingPublish waiting)
    {
        lock (_lock)
        {
            if (waiting.Node is not { List: not null } node)
                return false;
            _waiting.Remove(node);
            return true;
        }
    }

    public bool TryTake(out QueueEntry? entry)
    {
        lock (_lock)
        {
            if (!_returned.TryDequeue(out entry, out _) && !_ready.TryDequeue(out entry))
                return false;
            _unsettled++;
            return true;
        }
    }

    /// <summary>An entry is settled for good; its room goes to the first publish in line.</summary>
    public void Settled()
    {
        WaitingPublish? admitted = null;
        lock (_lock)
        {
            _unsettled--;
            if (!IsFull && _waiting.First is { } first)
            {
                _waiting.RemoveFirst();
                admitted = first.Value;
                Append(admitted.Entry);
            }
        }
        if (admitted is null)
            return;
        admitted.Admitted();
        WakeOne();
    }

    /// <summary>An entry comes back to its old place, in front of everything that was never taken.</summary>
    public void Return(QueueEntry entry)
    {
        lock (_lock)
        {
            _unsettled--;
            entry.Redelivered = true;
            _returned.Enqueue(entry, entry.Place);
        }
        WakeOne();
    }

    public void Attach(InProcessConsumer consumer)
    {
        lock (_lock)
            _consumers = [.. _consumers, consumer];
        consumer.Wake();
    }

    public void Detach(InProcessConsumer consumer)
    {
        InProcessConsumer[] rest;
        lock (_lock)
            rest = _consumers = [.. _consumers.Where(c => c != consumer)];
        // The leaving consumer may have swallowed a wake-up that was meant for the queue.
        foreach (var other in rest)
            other.Wake();
    }

    private bool IsFull => _ready.Count + _returned.Count + _unsettled >= capacity;

    private void Append(QueueEntry entry)
    {
        entry.Place = _nextPlace++;
        _ready.Enqueue(entry);
    }

    // Round robin over those with room. A consumer without room looks by itself once something of it is settled.
    private void WakeOne()
    {
        var consumers = Volatile.Read(ref _consumers);
        for (var tried = 0; tried < consumers.Length; tried++)
        {
            var consumer = consumers[(int)((uint)Interlocked.Increment(ref _next) % (uint)consumers.Length)];
            if (consumer.HasRoom)
            {
                consumer.Wake();
                return;
            }
        }
    }
}
