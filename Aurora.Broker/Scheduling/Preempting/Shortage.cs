using Aurora.Core.Jobs;

namespace Aurora.Broker.Scheduling.Preempting;

/// <summary>What a worker lacks for a task, as far as ending others there can help.</summary>
/// <param name="Missing">Resources.</param>
/// <param name="OfJob">How many tasks of the job itself are too many there for its limits.</param>
internal readonly record struct Shortage(Capacity Missing, int OfJob)
{
    public bool IsNothing => OfJob == 0 && Missing == default;

    /// <summary>Says what a worker lacks when those that are being ended there are gone.</summary>
    /// <param name="demand">For whom.</param>
    /// <param name="worker">A worker that has the attributes of its limits.</param>
    /// <param name="ports">The static ports that others listen on there, who stay; null for none.</param>
    public static Shortage Of(PreemptionDemand demand, in OccupiedWorker worker, out List<int>? ports)
    {
        ports = null;
        var pending = demand.Claim;
        var (free, leavingOfJob) = (worker.View.Free, 0);
        foreach (var group in worker.Occupants)
        {
            for (var i = 0; i < group.Leaving; i++)
                free += group.Claim.Demand.Need;
            if (group.Leaving > 0 && group.Claim.Job == pending.Job)
                leavingOfJob += group.Leaving;
        }

        var tooMany = 0;
        foreach (var limit in pending.Demand.Limits)
        {
            foreach (var value in worker.View.Attributes[limit.Attribute])
                tooMany = Math.Max(tooMany, demand.TasksAt(limit.Attribute, value) + 1 - limit.Limit!.Value); // A limit has its number.
        }

        foreach (var port in pending.Demand.StaticPorts)
        {
            if (worker.View.StaticPorts?.Contains(port) == true && !IsLeaving(port, worker.Occupants))
                (ports ??= []).Add(port);
        }

        return new Shortage(pending.Demand.Need.Beyond(free), Math.Max(0, tooMany - leavingOfJob));
    }

    /// <summary>What is still lacking when a task is gone.</summary>
    public Shortage Without(Claim task, JobKey job, int times = 1)
    {
        var rest = Missing;
        for (var i = 0; i < times; i++)
            rest = rest.Beyond(task.Demand.Need);
        return new Shortage(rest, OfJob > 0 && task.Job == job ? Math.Max(0, OfJob - times) : OfJob);
    }

    private static bool IsLeaving(int port, IReadOnlyList<OccupantGroup> occupants)
    {
        foreach (var group in occupants)
        {
            if (group.Leaving > 0 && group.Tasks.Count == 0 && group.Claim.Demand.StaticPorts.Contains(port))
                return true;
        }

        return false;
    }
}
