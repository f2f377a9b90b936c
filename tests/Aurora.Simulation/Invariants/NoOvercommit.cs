using Aurora.Broker.Scheduling;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Simulation.Invariants;

/// <summary>No worker has more authorised tasks than it has room for.</summary>
internal sealed class NoOvercommit(World world) : Invariant(world)
{
    private readonly Dictionary<WorkerId, Capacity> _used = [];

    public override string Rule => "no worker holds more than it has";

    public override void Writing(StoreChanges changes)
    {
        foreach (var id in changes.DeletedTasks)
        {
            if (World.Store.Tasks.TryGetValue(id, out var task))
                Count(task, -1);
        }

        foreach (var task in changes.Tasks)
        {
            if (World.Store.Tasks.TryGetValue(task.Id, out var before))
                Count(before, -1);
        }
    }

    public override void Written(StoreChanges changes)
    {
        foreach (var task in changes.Tasks)
            Count(task, 1);
        foreach (var task in changes.Tasks.Where(t => t is { State: TaskState.Assigned, Worker: not null }))
        {
            var worker = task.Worker!.Value;
            if (!World.Store.Workers.TryGetValue(worker, out var row))
                Fail($"{task.Id} is placed on {worker}, which never said hello");
            else if (!_used[worker].FitsInto(PlacementOracle.Total(row)))
                Fail($"{worker} has {PlacementOracle.Total(row)} and is given {_used[worker]}");
        }
    }

    private void Count(TaskRecord task, int sign)
    {
        if (!task.State.IsOnWorker() || task.Worker is not { } worker)
            return;
        var need = World.NeedOf(task.ConfigurationId);
        _used[worker] = sign > 0 ? _used.GetValueOrDefault(worker) + need : _used.GetValueOrDefault(worker) - need;
    }
}
