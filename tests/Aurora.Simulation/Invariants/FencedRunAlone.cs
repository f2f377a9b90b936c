using Aurora.Core.Tasks;
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
                && t.Order.StopAfterSecs is not null && !WasEndedOnPurpose(t)) is { } copy)
                Fail($"{task.Id} starts on {worker.Id} while {copy.Id} runs on {other.Id}");
        }
    }

    // Whoever kills or moves a task does not wait for a worker that is out of reach.
    private bool WasEndedOnPurpose(TaskOnDisk task) => World.Store.Tasks.TryGetValue(task.Id, out var row)
        && row.Events.Any(e => e.State is TaskState.Killing or TaskState.Restarting or TaskState.Draining or TaskState.Preempting);
}
