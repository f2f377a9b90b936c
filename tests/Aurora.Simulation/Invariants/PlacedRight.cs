using Aurora.Broker.Storage;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Simulation.Invariants;

/// <summary>A task is placed only where its job's constraints, the worker's owner and its maintenance let it; limits hold also within one round.</summary>
internal sealed class PlacedRight(World world) : Invariant(world)
{
    private readonly HashSet<TaskId> _placed = [];

    public override string Rule => "a task is placed only where constraints, limits and maintenance let it";

    public override void Writing(StoreChanges changes)
    {
        _placed.Clear();
        foreach (var task in changes.Tasks)
        {
            if (task.State == TaskState.Assigned && World.Store.Tasks.GetValueOrDefault(task.Id)?.State is null or TaskState.Pending or TaskState.Throttled)
                _placed.Add(task.Id);
        }
    }

    public override void Written(StoreChanges changes)
    {
        foreach (var id in _placed)
        {
            var task = World.Store.Tasks[id];
            if (task.State != TaskState.Assigned || task.Worker is not { } worker || !World.Store.Workers.TryGetValue(worker, out var row))
                continue;
            var job = World.ConfigurationOf(task.ConfigurationId);
            if ((PlacementOracle.Refusal(row, job) ?? World.Oracle.BrokenLimit(row, job, 0)) is { } why)
                Fail($"{id} is placed on {worker}, which {why}");
        }
    }
}
