using Aurora.Broker.Storage;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Simulation.Invariants;

/// <summary>Promise 2: an instance has at most one authorised attempt.</summary>
internal sealed class OneActiveAttempt(World world) : Invariant(world)
{
    private readonly Dictionary<(JobKey Job, int Instance), TaskId> _active = [];

    public override string Rule => "an instance has one active attempt at most";

    public override void Writing(StoreChanges changes)
    {
        foreach (var id in changes.DeletedTasks)
        {
            if (World.Store.Tasks.TryGetValue(id, out var task) && _active.TryGetValue((task.Job, task.Instance), out var active) && active == id)
                _active.Remove((task.Job, task.Instance));
        }

        foreach (var task in changes.Tasks.Where(t => !t.State.IsActive()))
        {
            if (_active.TryGetValue((task.Job, task.Instance), out var active) && active == task.Id)
                _active.Remove((task.Job, task.Instance));
        }

        foreach (var task in changes.Tasks.Where(t => t.State.IsActive()))
        {
            if (_active.TryGetValue((task.Job, task.Instance), out var other) && other != task.Id)
                Fail($"instance {task.Instance} of {task.Job} has {other} and {task.Id}");
            _active[(task.Job, task.Instance)] = task.Id;
        }
    }
}
