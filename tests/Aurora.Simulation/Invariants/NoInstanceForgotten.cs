using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Tasks;

namespace Aurora.Simulation.Invariants;

/// <summary>Promise 1, carried on: an attempt that must be tried again has its successor in the same commit, and nothing is tried again that must not be.</summary>
internal sealed class NoInstanceForgotten(World world) : Invariant(world)
{
    public override string Rule => "an ended attempt is tried again if and only if its job says so";

    public override void Writing(StoreChanges changes)
    {
        foreach (var ended in changes.Tasks)
        {
            if (!ended.State.IsTerminal() || (World.Store.Tasks.TryGetValue(ended.Id, out var before) && before.State.IsTerminal()))
                continue;
            var successor = changes.Tasks.FirstOrDefault(t => t.Ancestor == ended.Id);
            var must = MustBeTriedAgain(ended);
            if (must && successor is null && !changes.DeletedTasks.Any() && !WasEndedAtOnce(ended, changes))
                Fail($"{ended.Id} is {ended.State} and has no successor");
            else if (!must && successor is not null)
                Fail($"{ended.Id} is {ended.State} and has successor {successor.Id}");
        }
    }

    // The successor came and went within the batch: made PENDING, and killed by a command that came with it.
    private static bool WasEndedAtOnce(TaskRecord ended, StoreChanges changes) =>
        changes.Tasks.Any(t => t.Job == ended.Job && t.Instance == ended.Instance && t.CreatedAt >= ended.ChangedAt && t.Id != ended.Id);

    private bool MustBeTriedAgain(TaskRecord ended)
    {
        var job = World.ConfigurationOf(ended.ConfigurationId);
        var steps = ended.Events.Select(e => e.State).ToArray();
        if (steps.Contains(TaskState.Killing))
            return false;
        var last = steps.Length > 1 ? steps[^2] : TaskState.Init;
        return last switch
        {
            TaskState.Restarting or TaskState.Draining or TaskState.Preempting => true,
            _ => ended.State switch
            {
                TaskState.Finished => job.Service,
                TaskState.Failed => job.Service || job.MaxTaskFailures == -1 || ended.FailureCount < job.MaxTaskFailures,
                _ => true,
            },
        };
    }
}
