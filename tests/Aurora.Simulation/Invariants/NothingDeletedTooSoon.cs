using Aurora.Broker.Storage;
using Aurora.Core.Tasks;

namespace Aurora.Simulation.Invariants;

/// <summary>Promise 1: rows of tasks go only when they are old, or were killed while they waited.</summary>
internal sealed class NothingDeletedTooSoon(World world) : Invariant(world)
{
    public override string Rule => "no task is deleted before its time";

    public override void Writing(StoreChanges changes)
    {
        foreach (var id in changes.DeletedTasks)
        {
            if (!World.Store.Tasks.TryGetValue(id, out var task))
                continue;
            var isOld = task.State.IsTerminal() && World.LatestClock - task.ChangedAt >= World.Retention.MinAge;
            var wasWaiting = task.State is TaskState.Pending or TaskState.Throttled && World.MayBeKilled(task.Job);
            if (!isOld && !wasWaiting)
                Fail($"{id} is deleted while {task.State}");
        }
    }
}
