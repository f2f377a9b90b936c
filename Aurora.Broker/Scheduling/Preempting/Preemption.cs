namespace Aurora.Broker.Scheduling.Preempting;

/// <summary>
/// Finds the worker on which room for one task of a pending group costs least (aurora-spec section 5.8; docs/decisions/0010). It looks at all of them, unlike Aurora, which
/// takes the first that comes out even and ends the largest tasks there.
/// </summary>
internal static class Preemption
{
    /// <summary>Decides.</summary>
    /// <param name="demand">For whom.</param>
    /// <param name="workers">All workers, in an order that settles what is otherwise alike.</param>
    /// <returns>The worker and the victims.</returns>
    public static PreemptionDecision Decide(PreemptionDemand demand, IEnumerable<OccupiedWorker> workers)
    {
        var search = new VictimSearch(demand);
        VictimSet? best = null;
        OccupiedWorker chosen = default;
        foreach (var worker in workers)
        {
            var found = search.Find(worker, best?.Cost);
            if (search.FitsAsItIs)
                return new PreemptionDecision(null, [], search.Looks);
            if (found is not null)
                (best, chosen) = (found, worker);
        }

        return new PreemptionDecision(best is null ? null : chosen.Id, best?.Tasks ?? [], search.Looks);
    }
}
