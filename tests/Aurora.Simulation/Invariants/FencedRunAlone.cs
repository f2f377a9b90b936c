using Aurora.Simulation.Workers;

namespace Aurora.Simulation.Invariants;

/// <summary>Promise 2: where the worker ends a task before the broker may start another (<c>stop_after_secs</c> below <c>delay_secs</c>), no second copy ever runs.</summary>
internal sealed class FencedRunAlone(World world) : Invariant(world)
{
    public override string Rule => "a fenced job's instance runs once at most";

    public override void Started(SimulatedWorker worker, TaskOnDisk task)
    {
        if (task.Order.StopAfterSecs is null)
            return;
        foreach (var other in World.Workers)
        {
            if (other.Disk.Values.FirstOrDefault(t => t.IsAlive && t.Id != task.Id && t.Order.Job == task.Order.Job && t.Order.Instance == task.Order.Instance
                && t.Order.StopAfterSecs is not null) is { } copy)
                Fail($"{task.Id} starts on {worker.Id} while {copy.Id} runs on {other.Id}");
        }
    }
}
