using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Simulation.Brokers;

namespace Aurora.Simulation.Invariants;

/// <summary>
/// A leader launches only what is stored as placed on that worker, or was until this very turn (what follows in the turn follows in the worker's queue too). One that was
/// deposed and does not know it yet may repeat itself.
/// </summary>
internal sealed class LaunchesAreStored(World world) : Invariant(world)
{
    private readonly HashSet<TaskId> _justLeft = [];

    public override string Rule => "a task is launched only where it is stored as placed";

    public override void Writing(StoreChanges changes)
    {
        _justLeft.Clear();
        foreach (var task in changes.Tasks)
        {
            if (task.State != TaskState.Assigned && task.Events.Any(e => e.State == TaskState.Assigned)
                && World.Store.Tasks.GetValueOrDefault(task.Id) is null or { State: TaskState.Assigned or TaskState.Pending or TaskState.Throttled or TaskState.Partitioned })
                _justLeft.Add(task.Id);
        }
    }

    public override void Stepped(SimulatedBroker broker, BrokerMachine machine) => _justLeft.Clear();

    public override void Leaving(SimulatedBroker broker, Effect effect)
    {
        if (effect is not ToWorker { Message: LaunchTask launch } to || broker.Term is not { } term || term.Lease.Epoch != World.Store.Epoch)
            return;
        if (!World.Store.Tasks.TryGetValue(launch.TaskId, out var task) || task.Worker != to.Worker || (task.State != TaskState.Assigned && !_justLeft.Contains(task.Id)))
            Fail($"{launch.TaskId} is launched on {to.Worker}; stored is {(task is null ? "nothing" : $"{task.State} on {task.Worker}")}");
    }
}
