namespace Aurora.Broker.State;

/// <summary>What falls due, by time. Entries are not taken back: whoever handles one looks first whether it still means something.</summary>
internal sealed class DueTimes
{
    private readonly PriorityQueue<DueEntry, long> _queue = new();

    public DateTimeOffset? Next => _queue.TryPeek(out var entry, out _) ? entry.At : null;

    public void Add(DueKind kind, string key, DateTimeOffset at, DateTimeOffset stamp = default, int attempt = 0) =>
        _queue.Enqueue(new DueEntry(kind, key, at, stamp, attempt), at.UtcTicks);

    public bool TryTake(DateTimeOffset now, out DueEntry entry)
    {
        if (_queue.TryPeek(out entry, out var ticks) && ticks <= now.UtcTicks)
        {
            _queue.Dequeue();
            return true;
        }

        return false;
    }
}

/// <summary>Something that falls due.</summary>
/// <param name="Kind">What.</param>
/// <param name="Key">Of which task, worker or update; empty for what is about all.</param>
/// <param name="At">When.</param>
/// <param name="Stamp">For a task: since when it has been in its state; in another state the entry means nothing. For a drain: its deadline, likewise.</param>
/// <param name="Attempt">For something that is repeated: how often it was.</param>
internal readonly record struct DueEntry(DueKind Kind, string Key, DateTimeOffset At, DateTimeOffset Stamp, int Attempt);

/// <summary>What can fall due.</summary>
internal enum DueKind
{
    /// <summary>A THROTTLED task may become PENDING.</summary>
    Throttled,

    /// <summary>A task has been waiting for its worker's word (ASSIGNED, KILLING and the like): tell the worker again, or give the task up.</summary>
    Unanswered,

    /// <summary>A task may have been STARTING for too long.</summary>
    Starting,

    /// <summary>A PARTITIONED task may be given up.</summary>
    Partitioned,

    /// <summary>A worker may be lost.</summary>
    WorkerSilent,

    /// <summary>An update may go on.</summary>
    Update,

    /// <summary>Groups that wait for too long look for room.</summary>
    Preemption,

    /// <summary>A worker may have been kept for long enough.</summary>
    Reservation,

    /// <summary>Old rows may go.</summary>
    Prune,

    /// <summary>Workers that drain are to be looked at.</summary>
    DrainLook,

    /// <summary>The look at workers that drain goes on.</summary>
    DrainSlice,

    /// <summary>A drain's time for asking policies is over; the stamp is its deadline.</summary>
    DrainDeadline,
}
