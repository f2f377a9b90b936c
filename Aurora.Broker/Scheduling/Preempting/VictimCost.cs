namespace Aurora.Broker.Scheduling.Preempting;

/// <summary>
/// What a set of victims costs; the least is chosen, over all workers. In this order: no worker whose maintenance is announced, no victim of a higher rank than need be,
/// fewest victims, lowest priority (the highest one among them, then their sum), least resources (cores, memory, disk, GPUs, ports).
/// </summary>
internal readonly record struct VictimCost(bool IsScheduled, int Rank, int Count, int Priority, long Priorities, Capacity Taken) : IComparable<VictimCost>
{
    /// <summary>The cost with one more victim.</summary>
    public VictimCost With(Claim victim) => this with
    {
        Rank = Math.Max(Rank, victim.Rank),
        Count = Count + 1,
        Priority = Count == 0 ? victim.Priority : Math.Max(Priority, victim.Priority),
        Priorities = Priorities + victim.Priority,
        Taken = Taken + victim.Demand.Need,
    };

    public int CompareTo(VictimCost other) =>
        IsScheduled != other.IsScheduled ? IsScheduled.CompareTo(other.IsScheduled)
        : Rank != other.Rank ? Rank.CompareTo(other.Rank)
        : Count != other.Count ? Count.CompareTo(other.Count)
        : Priority != other.Priority ? Priority.CompareTo(other.Priority)
        : Priorities != other.Priorities ? Priorities.CompareTo(other.Priorities)
        : Compare(Taken, other.Taken);

    private static int Compare(in Capacity a, in Capacity b) =>
        a.MicroCores != b.MicroCores ? a.MicroCores.CompareTo(b.MicroCores)
        : a.Ram != b.Ram ? a.Ram.CompareTo(b.Ram)
        : a.Disk != b.Disk ? a.Disk.CompareTo(b.Disk)
        : a.Gpus != b.Gpus ? a.Gpus.CompareTo(b.Gpus)
        : a.Ports.CompareTo(b.Ports);
}
