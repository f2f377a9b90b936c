using Aurora.Core.Jobs;
using Aurora.Core.Tasks;
using Aurora.Simulation.Workers;

namespace Aurora.Simulation.Invariants;

/// <summary>
/// Promise 2: where the worker ends a task before the broker may start another (<c>stop_after_secs</c> below <c>delay_secs</c>), no second copy ever runs. Not counted is an attempt that began when
/// it was given up already: its order lay in the queue of a worker that was away, and the kill that goes before the leader's answer was lost while the answer was not. It lives until the next kill.
/// </summary>
internal sealed class FencedRunAlone(World world) : Invariant(world)
{
    private readonly HashSet<TaskId> _begunTooLate = [];

    public override string Rule => "a fenced job's instance runs once at most";

    public override void Started(SimulatedWorker worker, TaskOnDisk task)
    {
        if (task.Order.StopAfterSecs is null)
            return;
        if (!World.Store.Tasks.TryGetValue(task.Id, out var row) || row.State.IsTerminal())
        {
            _begunTooLate.Add(task.Id);
            return;
        }

        foreach (var other in World.Workers)
        {
            if (other.Disk.Values.FirstOrDefault(t => t.IsAlive && t.Id != task.Id && t.Order.Job == task.Order.Job && t.Order.Instance == task.Order.Instance
                && t.Order.StopAfterSecs is not null && !_begunTooLate.Contains(t.Id) && !WasEndedOnPurpose(t)) is { } copy)
                Fail($"{task.Id} starts on {worker.Id} while {copy.Id} runs on {other.Id}");
        }
    }

    // Whoever kills or moves a task does not wait for a worker that is out of reach.
    private bool WasEndedOnPurpose(TaskOnDisk task) => World.Store.Tasks.TryGetValue(task.Id, out var row)
        && row.Events.Any(e => e.State is TaskState.Killing or TaskState.Restarting or TaskState.Draining or TaskState.Preempting);
}
