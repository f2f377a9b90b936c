using Aurora.Broker.Scheduling.Matching;
using Aurora.Core.Jobs;

namespace Aurora.Broker.Scheduling.Preempting;

/// <summary>A worker with the tasks on it.</summary>
/// <param name="Id">The worker.</param>
/// <param name="View">As the matcher sees it now.</param>
/// <param name="Occupants">Its tasks; sorted by <see cref="Order"/>.</param>
internal readonly record struct OccupiedWorker(WorkerId Id, WorkerView View, IReadOnlyList<OccupantGroup> Occupants)
{
    /// <summary>The order in which a search looks at them: by rank, by priority, and by what they hold, the least first.</summary>
    public static int Order(OccupantGroup a, OccupantGroup b)
    {
        var order = a.Claim.Rank.CompareTo(b.Claim.Rank);
        if (order == 0)
            order = a.Claim.Priority.CompareTo(b.Claim.Priority);
        if (order == 0)
            order = a.Claim.Demand.Need.MicroCores.CompareTo(b.Claim.Demand.Need.MicroCores);
        return order == 0 ? a.Claim.Demand.Need.Ram.CompareTo(b.Claim.Demand.Need.Ram) : order;
    }
}
