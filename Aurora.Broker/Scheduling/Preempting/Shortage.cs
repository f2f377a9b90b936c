using Aurora.Core.Jobs;

namespace Aurora.Broker.Scheduling.Preempting;

/// <summary>What a worker lacks for a task, as far as ending others there can help.</summary>
/// <param name="Missing">Resources.</param>
/// <param name="OfJob">How many tasks of the job itself are too many there for its limits.</param>
internal readonly record struct Shortage(Capacity Missing, int OfJob)
{
    public bool IsNothing => OfJob == 0 && Missing == default;

    /// <summary>What is still lacking when a task is gone.</summary>
    public Shortage Without(Claim task, JobKey job, int times = 1)
    {
        var rest = Missing;
        for (var i = 0; i < times; i++)
            rest = rest.Beyond(task.Demand.Need);
        return new Shortage(rest, OfJob > 0 && task.Job == job ? Math.Max(0, OfJob - times) : OfJob);
    }
}
