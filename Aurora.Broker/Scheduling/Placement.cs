using Aurora.Core.Jobs;

namespace Aurora.Broker.Scheduling;

/// <summary>
/// Places groups of identical pending tasks on workers: one walk over the workers per group places as many of its tasks as fit, the worker with
/// the fewest tasks of the job first. What a group takes is gone for the groups after it. It is weak where many different groups meet many full workers:
/// each group walks over all of them.
/// </summary>
internal static class Placement
{
    /// <summary>Decides a round.</summary>
    /// <param name="groups">The groups, in the order in which they may choose.</param>
    /// <param name="workers">All known workers.</param>
    /// <returns>One decision per group, in the same order.</returns>
    public static IReadOnlyList<GroupPlacement> Decide(IReadOnlyList<GroupDemand> groups, IReadOnlyList<WorkerOffer> workers)
    {
        var free = new Capacity[workers.Count];
        var taken = new Dictionary<(JobKey Job, int Worker), int>();
        for (var i = 0; i < workers.Count; i++)
            free[i] = workers[i].Free;

        var result = new GroupPlacement[groups.Count];
        for (var g = 0; g < groups.Count; g++)
            result[g] = PlaceGroup(groups[g], workers, free, taken);
        return result;
    }

    private static GroupPlacement PlaceGroup(
        GroupDemand group, IReadOnlyList<WorkerOffer> workers, Capacity[] free, Dictionary<(JobKey Job, int Worker), int> taken)
    {
        var candidates = new PriorityQueue<int, (int Tasks, int Order)>();
        for (var i = 0; i < workers.Count; i++)
        {
            if (workers[i].Presence == WorkerPresence.Up && group.Need.FitsInto(free[i]))
                candidates.Enqueue(i, (TasksOfJob(group.Job, workers[i], i, taken), i));
        }

        var placed = new List<WorkerId>(Math.Min(group.Count, 1024));
        while (placed.Count < group.Count && candidates.TryDequeue(out var i, out var rank))
        {
            placed.Add(workers[i].Worker);
            free[i] -= group.Need;
            taken[(group.Job, i)] = taken.GetValueOrDefault((group.Job, i)) + 1;
            if (group.Need.FitsInto(free[i]))
                candidates.Enqueue(i, (rank.Tasks + 1, i));
        }

        return new GroupPlacement(placed, placed.Count == group.Count ? null : PendingReasons.Describe(group.Need, workers, free));
    }

    private static int TasksOfJob(JobKey job, WorkerOffer worker, int index, Dictionary<(JobKey Job, int Worker), int> taken) =>
        worker.TasksByJob.GetValueOrDefault(job) + taken.GetValueOrDefault((job, index));
}
