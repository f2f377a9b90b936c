using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Workers;

namespace Aurora.Broker.State;

/// <summary>
/// Which groups of pending tasks are to be looked at, in their order: the highest priority first, then the one whose oldest task has waited longest. A group that
/// found no place lies aside until something could help it, and then sees only the workers where that happened. So tasks that can be placed nowhere cost nothing.
/// </summary>
internal sealed class PlacementQueue
{
    private static readonly Comparer<PendingGroup> ByNumber = Comparer<PendingGroup>.Create((a, b) => a.Number.CompareTo(b.Number));

    private readonly PriorityQueue<PendingGroup, (int, long, long)> _queue = new();
    private readonly Dictionary<Capacity, SortedSet<PendingGroup>> _waitForRoom = [];
    private readonly SortedSet<PendingGroup> _waitForChange = new(ByNumber);
    private int _removed;

    /// <summary>Whether some group waits to be looked at.</summary>
    public bool HasWork => _queue.Count > _removed;

    /// <summary>Lets a group be looked at. One that lies aside stays there until it is, so that it also sees what changes before.</summary>
    /// <param name="group">The group.</param>
    /// <param name="since">When its oldest task became PENDING.</param>
    public void Enqueue(PendingGroup group, DateTimeOffset since)
    {
        if (group.IsQueued)
            return;
        group.IsQueued = true;
        _queue.Enqueue(group, (-group.Configuration.Job.Priority, since.UtcTicks, group.Number));
    }

    /// <summary>Takes the next group.</summary>
    public bool TryTake(out PendingGroup group)
    {
        while (_queue.TryDequeue(out group!, out _))
        {
            if (group.IsQueued)
            {
                group.IsQueued = false;
                LeaveAside(group);
                return true;
            }

            _removed--;
        }

        return false;
    }

    /// <summary>Lays a group aside that found no place for some of its tasks.</summary>
    public void LayAside(PendingGroup group)
    {
        if (!group.RoomMayHelp)
        {
            _waitForChange.Add(group);
            return;
        }

        if (!_waitForRoom.TryGetValue(group.Configuration.Need, out var alike))
            _waitForRoom.Add(group.Configuration.Need, alike = new SortedSet<PendingGroup>(ByNumber));
        alike.Add(group);
    }

    /// <summary>Forgets a group that has no PENDING task any more.</summary>
    public void Remove(PendingGroup group)
    {
        if (group.IsQueued)
        {
            group.IsQueued = false;
            _removed++;
        }

        LeaveAside(group);
    }

    /// <summary>Lets those groups be looked at that could have found a place meanwhile.</summary>
    /// <param name="workers">The workers.</param>
    /// <param name="since">When a group's oldest task became PENDING.</param>
    /// <returns>How many looks at workers it took.</returns>
    public int Wake(WorkerIndex workers, Func<PendingGroup, DateTimeOffset> since)
    {
        if (!workers.HasImproved)
            return 0;
        var (changed, freed) = (workers.TakeChanged(), workers.TakeFreed());
        var woken = new List<PendingGroup>();
        if (changed.Count > 0)
        {
            foreach (var group in _waitForRoom.Values.SelectMany(g => g).Concat(_waitForChange))
                Note(group, changed, woken);
        }

        foreach (var (need, alike) in _waitForRoom)
        {
            if (freed.Where(slot => need.FitsInto(workers.FreeOf(slot))).ToArray() is not { Length: > 0 } enough)
                continue;
            foreach (var group in alike)
                Note(group, enough, woken);
        }

        foreach (var group in woken)
            Enqueue(group, since(group));
        return (changed.Count + freed.Count) * (1 + _waitForRoom.Count);
    }

    private static void Note(PendingGroup group, IReadOnlyList<int> slots, List<PendingGroup> woken)
    {
        group.MustSee(slots);
        woken.Add(group);
    }

    private void LeaveAside(PendingGroup group)
    {
        if (_waitForChange.Remove(group) || !_waitForRoom.TryGetValue(group.Configuration.Need, out var alike))
            return;
        if (alike.Remove(group) && alike.Count == 0)
            _waitForRoom.Remove(group.Configuration.Need);
    }
}
