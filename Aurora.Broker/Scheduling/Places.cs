using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.Scheduling.Workers;

namespace Aurora.Broker.Scheduling;

/// <summary>The places of one group while it is being placed: what it has taken, and which workers it may take more of, in the order of its preference.</summary>
internal sealed class Places(GroupDemand group, WorkerIndex workers, DemandFilter filter)
{
    private readonly List<int> _taken = new(Math.Min(group.Count, 1024));
    private readonly List<Candidate> _ready = [];
    private readonly List<Candidate> _scheduled = [];
    private readonly HashSet<int> _kept = [];
    private readonly bool _takesAtOnce = group.Preference is { Strategy: PlacementStrategy.Spread, By: null };

    /// <summary>A worker per task.</summary>
    public IReadOnlyList<int> Taken => _taken;

    public bool IsComplete => _taken.Count >= group.Count;

    /// <summary>The slot after the last one taken.</summary>
    public int Next => _taken.Count == 0 ? group.Start : _taken[^1] + 1;

    private int Met => _ready.Count + _scheduled.Count;

    /// <summary>Takes one place on a worker that is kept for the group.</summary>
    public void TakeKept(int slot)
    {
        if (IsComplete || !filter.CanTakeMore(slot, 0) || !_kept.Add(slot))
            return;
        Take(slot);
        Keep(new Candidate(slot, Met, TasksOn(slot) + 1, 1));
    }

    /// <summary>A worker that fits: taken at once when the preference can know no better one, else noted.</summary>
    public void Offer(int slot)
    {
        if (_kept.Count > 0 && _kept.Contains(slot))
            return;
        var candidate = new Candidate(slot, Met, TasksOn(slot), 0);
        if (_takesAtOnce && candidate.Tasks == 0 && workers.StandingOf(slot) == WorkerStanding.Ready)
        {
            Take(slot);
            candidate = candidate with { Tasks = 1, Taken = 1 };
        }

        Keep(candidate);
    }

    /// <summary>Takes more places on the workers that were noted, those in announced maintenance last.</summary>
    public void TakeMore()
    {
        TakeFrom(_ready);
        TakeFrom(_scheduled);
    }

    private void Keep(Candidate candidate) => (workers.StandingOf(candidate.Slot) == WorkerStanding.Scheduled ? _scheduled : _ready).Add(candidate);

    private void TakeFrom(List<Candidate> candidates)
    {
        if (IsComplete || candidates.Count == 0)
            return;

        var buckets = new PriorityQueue<Bucket, (long, long, int)>();
        foreach (var bucket in Buckets(candidates))
            buckets.Enqueue(bucket, bucket.Rank(group.Preference.Strategy));
        while (!IsComplete && buckets.TryDequeue(out var bucket, out _))
        {
            if (bucket.TryTake(filter) is not { } slot)
                continue;
            Take(slot);
            buckets.Enqueue(bucket, bucket.Rank(group.Preference.Strategy));
        }
    }

    private List<Bucket> Buckets(List<Candidate> candidates)
    {
        if (group.Preference.By is not { } attribute)
        {
            var all = new Bucket(0, 0);
            foreach (var candidate in candidates)
                Add(all, candidate);
            return [all];
        }

        var column = workers.Column(attribute);
        var tasks = new Dictionary<int, int>();
        foreach (var (slot, count) in group.TasksBySlot)
            tasks[column[slot]] = tasks.GetValueOrDefault(column[slot]) + count;
        foreach (var slot in _taken)
            tasks[column[slot]] = tasks.GetValueOrDefault(column[slot]) + 1;
        var buckets = new Dictionary<int, Bucket>();
        foreach (var candidate in candidates)
        {
            var value = column[candidate.Slot];
            if (!buckets.TryGetValue(value, out var bucket))
                buckets.Add(value, bucket = new Bucket(buckets.Count, tasks.GetValueOrDefault(value)));
            Add(bucket, candidate);
        }

        return [.. buckets.Values];
    }

    private void Add(Bucket bucket, Candidate candidate)
    {
        if (group.Preference.Strategy == PlacementStrategy.Pack)
            bucket.Add(candidate, group.Demand.Need.TimesIn(workers.FreeOf(candidate.Slot)));
        else
            bucket.Add(candidate, null);
    }

    private void Take(int slot)
    {
        _taken.Add(slot);
        filter.Take(slot);
    }

    private int TasksOn(int slot) => group.TasksBySlot.Count == 0 ? 0 : group.TasksBySlot.GetValueOrDefault(slot);
}
