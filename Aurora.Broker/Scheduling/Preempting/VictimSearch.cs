using Aurora.Broker.Scheduling.Matching;

namespace Aurora.Broker.Scheduling.Preempting;

/// <summary>
/// Finds the cheapest victims on one worker after another, for one group. Up to three victims are found exactly; more, or among very many different tasks, are
/// taken greedily, and what turns out not to be needed is left out again: none of a set can be spared, but a smaller set might exist.
/// </summary>
internal sealed class VictimSearch(PreemptionDemand demand)
{
    /// <summary>Up to so many victims are found exactly.</summary>
    public const int ExactVictims = 3;

    // Bounds of the exact search: sets on one worker, and all looks of the group. A set of three among 32 configurations is one of 6,000.
    private const int ExactGroups = 32;
    private const int ExactLooks = 2_000_000;

    private static readonly Func<string, string, int> NoTasks = (_, _) => 0;

    private readonly Claim _pending = demand.Claim;
    private readonly List<OccupantGroup> _candidates = [];
    private readonly List<int> _picked = [];
    private int[]? _best;
    private VictimCost _bestCost;
    private VictimCost? _bound;
    private bool _isFeasible;
    private int _rank;
    private int _leastPriority;
    private Capacity _leastNeed;

    public int Looks { get; private set; }

    /// <summary>Whether some worker has room as it is: nobody needs to go.</summary>
    public bool FitsAsItIs { get; private set; }

    /// <summary>Finds.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="bound">Only a set that costs less is of interest; null for any.</param>
    /// <returns>The victims; null when there are none that help, or none that are cheaper.</returns>
    public VictimSet? Find(in OccupiedWorker worker, VictimCost? bound)
    {
        Looks++;
        if (!IsSuitable(worker.View))
            return null;
        var shortage = Shortage.Of(demand, worker, out var ports);
        var cost = new VictimCost { IsScheduled = worker.View.Standing == WorkerStanding.Scheduled };
        if (shortage.IsNothing && ports is null)
        {
            FitsAsItIs |= Matcher.Check(_pending.Demand, worker.View, demand.TasksAt).Fits;
            return bound is { } other && cost.CompareTo(other) >= 0 ? null : new VictimSet(cost, []);
        }

        Prepare(worker.Occupants);
        if (!TakeHolders(ports, ref shortage, ref cost))
            return null;
        (_best, _bound, _isFeasible) = (null, bound, false);
        for (var rank = cost.Rank; rank <= 2 && !_isFeasible; rank++)
            SearchWithin(rank, shortage, cost);
        return _best is null ? null : new VictimSet(_bestCost, [.. _best.SelectMany((count, i) => _candidates[i].Tasks.Take(count))]);
    }

    // What no victim can change: on an empty worker without limits it would fit.
    private bool IsSuitable(in WorkerView worker) => Matcher.Check(_pending.Demand, worker with { Free = _pending.Demand.Need, StaticPorts = null }, NoTasks).Fits;

    private void Prepare(IReadOnlyList<OccupantGroup> occupants)
    {
        _candidates.Clear();
        _picked.Clear();
        for (var i = 0; i < occupants.Count; i++)
        {
            Looks++;
            if (occupants[i].Tasks.Count == 0 || !_pending.MayPreempt(occupants[i].Claim))
                continue;
            _candidates.Add(occupants[i]);
            _picked.Add(0);
        }
    }

    // Whoever listens on a port that the task must have goes in any case.
    private bool TakeHolders(List<int>? ports, ref Shortage shortage, ref VictimCost cost)
    {
        foreach (var port in ports ?? [])
        {
            var holder = _candidates.FindIndex(c => c.Claim.Demand.StaticPorts.Contains(port));
            if (holder < 0)
                return false;
            if (_picked[holder] > 0)
                continue;
            _picked[holder] = 1;
            shortage = shortage.Without(_candidates[holder].Claim, _pending.Job);
            cost = cost.With(_candidates[holder].Claim);
        }

        return true;
    }

    private void SearchWithin(int rank, in Shortage shortage, in VictimCost cost)
    {
        var count = 0;
        while (count < _candidates.Count && _candidates[count].Claim.Rank <= rank)
            count++;
        if (!Suffices(count, shortage))
            return;
        if (shortage.IsNothing)
        {
            Note(cost);
            return;
        }

        _rank = rank;
        for (var victims = LeastNumber(count, shortage); !_isFeasible; victims++)
        {
            if (IsTooDear(cost, victims))
            {
                _isFeasible = true; // Whatever there is, it is dearer.
                return;
            }

            if (victims > ExactVictims || (victims > 1 && (count > ExactGroups || Looks > ExactLooks)))
            {
                SearchGreedily(count, shortage, cost);
                return;
            }

            SearchExactly(victims, 0, count, shortage, cost);
        }
    }

    private void SearchExactly(int victims, int from, int count, in Shortage shortage, in VictimCost cost)
    {
        for (var i = from; i < count; i++)
        {
            var group = _candidates[i];
            if (_picked[i] == group.Tasks.Count)
                continue;
            Looks++;
            var dearer = cost.With(group.Claim);
            if (IsTooDear(dearer, victims - 1))
                continue;
            var rest = shortage.Without(group.Claim, _pending.Job);
            _picked[i]++;
            if (victims > 1)
                SearchExactly(victims - 1, i, count, rest, dearer);
            else if (rest.IsNothing)
                Note(dearer);
            _picked[i]--;
        }
    }

    // The task that covers most of what is lacking goes first; then whoever is not needed stays, the one that is worth most first.
    private void SearchGreedily(int count, in Shortage shortage, in VictimCost cost)
    {
        var holders = _picked.ToArray();
        var order = new List<int>();
        for (var rest = shortage; !rest.IsNothing;)
        {
            var (next, most) = (-1, 0.0);
            for (var i = 0; i < count; i++)
            {
                Looks++;
                if (_picked[i] < _candidates[i].Tasks.Count && Coverage(rest, shortage, _candidates[i].Claim) is var covered && covered > most)
                    (next, most) = (i, covered);
            }

            _picked[next]++;
            order.Add(next);
            rest = rest.Without(_candidates[next].Claim, _pending.Job);
        }

        foreach (var i in order.OrderDescending())
        {
            _picked[i]--;
            if (!Enough(count, shortage, holders))
                _picked[i]++;
        }

        var total = cost;
        for (var i = 0; i < count; i++)
        {
            for (var n = holders[i]; n < _picked[i]; n++)
                total = total.With(_candidates[i].Claim);
        }

        Note(total);
        for (var i = 0; i < _picked.Count; i++)
            _picked[i] = holders[i];
    }

    private bool Enough(int count, Shortage shortage, int[] holders)
    {
        for (var i = 0; i < count; i++)
            shortage = shortage.Without(_candidates[i].Claim, _pending.Job, _picked[i] - holders[i]);
        return shortage.IsNothing;
    }

    // The share of what was lacking at first that a task brings, summed over the resources.
    private double Coverage(in Shortage rest, in Shortage whole, Claim task)
    {
        var left = rest.Without(task, _pending.Job);
        return Share(rest.Missing.MicroCores - left.Missing.MicroCores, whole.Missing.MicroCores) + Share(rest.Missing.Ram - left.Missing.Ram, whole.Missing.Ram)
            + Share(rest.Missing.Disk - left.Missing.Disk, whole.Missing.Disk) + Share(rest.Missing.Gpus - left.Missing.Gpus, whole.Missing.Gpus)
            + Share(rest.Missing.Ports - left.Missing.Ports, whole.Missing.Ports) + Share(rest.OfJob - left.OfJob, whole.OfJob);
    }

    private static double Share(long part, long whole) => part == 0 ? 0 : (double)part / whole;

    private bool Suffices(int count, Shortage shortage)
    {
        for (var i = 0; i < count && !shortage.IsNothing; i++)
            shortage = shortage.Without(_candidates[i].Claim, _pending.Job, _candidates[i].Tasks.Count - _picked[i]);
        return shortage.IsNothing;
    }

    // How many it takes at least: as many as it would if each brought the most of every resource.
    private int LeastNumber(int count, in Shortage shortage)
    {
        var most = default(Capacity);
        (_leastPriority, _leastNeed) = (int.MaxValue, _candidates[0].Claim.Demand.Need);
        for (var i = 0; i < count; i++)
        {
            var need = _candidates[i].Claim.Demand.Need;
            most = Capacity.Max(most, need);
            _leastNeed = Capacity.Min(_leastNeed, need);
            _leastPriority = Math.Min(_leastPriority, _candidates[i].Claim.Priority);
        }

        var number = Math.Max(shortage.OfJob, Times(shortage.Missing.MicroCores, most.MicroCores));
        number = Math.Max(number, Math.Max(Times(shortage.Missing.Ram, most.Ram), Times(shortage.Missing.Disk, most.Disk)));
        return (int)Math.Max(number, Math.Max(Times(shortage.Missing.Gpus, most.Gpus), Times(shortage.Missing.Ports, most.Ports)));
    }

    private static long Times(long missing, long most) => missing == 0 ? 0 : (missing + most - 1) / most;

    // Even if the victims that are still to be found were all of the lowest priority, and held least, the set would cost as much as one that is known.
    private bool IsTooDear(in VictimCost cost, int more)
    {
        if (_bound is null && _best is null)
            return false;
        var taken = cost.Taken;
        for (var i = 0; i < more; i++)
            taken += _leastNeed;
        var least = cost with
        {
            Rank = _rank, Count = cost.Count + more, Priority = cost.Count == 0 ? _leastPriority : Math.Max(cost.Priority, _leastPriority),
            Priorities = cost.Priorities + ((long)more * _leastPriority), Taken = taken,
        };
        return IsBeyondBound(least) || (_best is not null && least.CompareTo(_bestCost) >= 0);
    }

    private bool IsBeyondBound(in VictimCost least) => _bound is { } bound && least.CompareTo(bound) >= 0;

    private void Note(in VictimCost cost)
    {
        _isFeasible = true;
        if (IsBeyondBound(cost) || (_best is not null && cost.CompareTo(_bestCost) >= 0))
            return;
        _best = [.. _picked];
        _bestCost = cost;
    }
}
