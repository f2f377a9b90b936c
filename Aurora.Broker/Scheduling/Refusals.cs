using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.Scheduling.Workers;
using Aurora.Core.Configuration;

namespace Aurora.Broker.Scheduling;

/// <summary>Why each worker refuses a group, counted. Made only when somebody asks: it asks the matcher about every worker.</summary>
internal sealed class Refusals
{
    private readonly SortedDictionary<string, int> _byAttribute = new(StringComparer.Ordinal);
    private readonly Demand _demand;
    private readonly int[] _counts = new int[VetoCounts.Length];
    private double _nearest = double.MaxValue;

    private Refusals(Demand demand) => _demand = demand;

    public int this[Veto veto] => _counts[(int)veto];

    /// <summary>Of the absent ones: those that are lost.</summary>
    public int Down { get; private set; }

    /// <summary>Of the absent ones: those that were not heard of yet.</summary>
    public int Expected { get; private set; }

    /// <summary>What the worker that came nearest to fitting lacks.</summary>
    public Capacity NearestShortfall { get; private set; }

    /// <summary>How many workers lack each resource, in the order of <see cref="Capacity"/>.</summary>
    public int[] Lacking { get; } = new int[5];

    /// <summary>The most of each resource that a worker has free which lacks it.</summary>
    public Capacity MostFree { get; private set; }

    /// <summary>The most of each resource that a worker of those has in all.</summary>
    public Capacity Largest { get; private set; }

    /// <summary>On how many workers a static port is taken.</summary>
    public SortedDictionary<int, int> TakenPorts { get; } = [];

    /// <summary>How many of the workers that a limit keeps out have not its attribute at all.</summary>
    public SortedDictionary<string, int> WithoutAttribute { get; } = new(StringComparer.Ordinal);

    /// <summary>How many workers each value constraint keeps out, the first one that fails counts.</summary>
    public IEnumerable<(PlacementConstraint Constraint, int Count)> Constraints => Counted(_demand.Values);

    /// <summary>How many workers each limit keeps out.</summary>
    public IEnumerable<(PlacementConstraint Constraint, int Count)> Limits => Counted(_demand.Limits);

    /// <summary>Asks about every worker.</summary>
    public static Refusals Of(GroupDemand group, WorkerIndex workers)
    {
        var refusals = new Refusals(group.Demand);
        for (var slot = 0; slot < workers.Count; slot++)
            refusals.Add(group, workers, slot);
        return refusals;
    }

    private void Add(GroupDemand group, WorkerIndex workers, int slot)
    {
        var verdict = Matcher.Check(_demand, workers.View(slot, group.Job, group.ConfigurationId), group.TasksAt);
        _counts[(int)verdict.Veto]++;
        switch (verdict.Veto)
        {
            case Veto.Absent when workers.StandingOf(slot) == WorkerStanding.Down:
                Down++;
                break;
            case Veto.Absent:
                Expected++;
                break;
            case Veto.Constraint or Veto.Limit:
                AddConstraint(verdict, workers.Attributes(slot));
                break;
            case Veto.Resources:
                AddShortage(verdict, workers.FreeOf(slot), workers.TotalOf(slot));
                break;
        }
    }

    private void AddConstraint(Verdict verdict, WorkerAttributes attributes)
    {
        var attribute = verdict.Attribute!; // Constraints and limits name theirs.
        _byAttribute[attribute] = _byAttribute.GetValueOrDefault(attribute) + 1;
        if (verdict.Veto == Veto.Limit && attributes[attribute].Count == 0)
            WithoutAttribute[attribute] = WithoutAttribute.GetValueOrDefault(attribute) + 1;
    }

    private void AddShortage(Verdict verdict, Capacity free, Capacity total)
    {
        var missing = verdict.Shortfall;
        Largest = Capacity.Max(Largest, total);
        MostFree = new Capacity(
            Lack(0, missing.MicroCores, MostFree.MicroCores, free.MicroCores), Lack(1, missing.Ram, MostFree.Ram, free.Ram), Lack(2, missing.Disk, MostFree.Disk, free.Disk),
            (int)Lack(3, missing.Gpus, MostFree.Gpus, free.Gpus), (int)Lack(4, missing.Ports, MostFree.Ports, free.Ports));
        if (verdict.StaticPort != 0)
            TakenPorts[verdict.StaticPort] = TakenPorts.GetValueOrDefault(verdict.StaticPort) + 1;
        if (verdict.Distance >= _nearest)
            return;
        _nearest = verdict.Distance;
        NearestShortfall = missing;
    }

    private long Lack(int resource, long missing, long mostFree, long free)
    {
        if (missing == 0)
            return mostFree;
        Lacking[resource]++;
        return Math.Max(mostFree, free);
    }

    private IEnumerable<(PlacementConstraint Constraint, int Count)> Counted(IReadOnlyList<PlacementConstraint> constraints) =>
        constraints.Where(c => _byAttribute.ContainsKey(c.Attribute)).Select(c => (c, _byAttribute[c.Attribute]));
}
