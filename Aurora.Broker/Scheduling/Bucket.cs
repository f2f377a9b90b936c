namespace Aurora.Broker.Scheduling;

/// <summary>A worker that fits.</summary>
/// <param name="Slot">The worker.</param>
/// <param name="Order">When it was met.</param>
/// <param name="Tasks">How many tasks of the job it has, with what was just taken.</param>
/// <param name="Taken">How many places the group has taken there.</param>
internal readonly record struct Candidate(int Slot, int Order, int Tasks, int Taken);

/// <summary>Workers with the same value of the attribute that a group spreads over or packs by; all of them where it names none.</summary>
/// <param name="number">Which one it is, for equal ranks.</param>
/// <param name="tasks">How many tasks of the job are there.</param>
internal sealed class Bucket(int number, int tasks)
{
    private readonly PriorityQueue<(Candidate Candidate, long? Room), (long, int)> _candidates = new();
    private int _tasks = tasks;
    private long _room;

    /// <summary>Adds a worker.</summary>
    /// <param name="candidate">The worker.</param>
    /// <param name="room">When packing: for how many tasks it has room; the least comes first. Else null: the one with the fewest tasks comes first.</param>
    public void Add(Candidate candidate, long? room)
    {
        _room += room ?? 0;
        _candidates.Enqueue((candidate, room), (room ?? candidate.Tasks, candidate.Order));
    }

    /// <summary>The bucket's place among the others: the fewest tasks first when spreading; when packing the most, and then the most room, so that all may stay together.</summary>
    public (long First, long Second, int Third) Rank(PlacementStrategy strategy) =>
        strategy == PlacementStrategy.Spread ? (_tasks, 0, number) : (-_tasks, -_room, number);

    /// <summary>Takes a place on the best worker.</summary>
    /// <returns>Its slot; null when none of them can take more.</returns>
    public int? TryTake(DemandFilter filter)
    {
        while (_candidates.TryDequeue(out var best, out var rank))
        {
            var candidate = best.Candidate;
            if (!filter.CanTakeMore(candidate.Slot, candidate.Taken))
                continue;
            candidate = candidate with { Tasks = candidate.Tasks + 1, Taken = candidate.Taken + 1 };
            _candidates.Enqueue((candidate, best.Room), best.Room is null ? (candidate.Tasks, candidate.Order) : rank);
            _tasks++;
            return candidate.Slot;
        }

        return null;
    }
}
