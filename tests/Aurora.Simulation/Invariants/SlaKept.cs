using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Broker.Updates;
using Aurora.Core.Configuration;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Simulation.Invariants;

/// <summary>A drain leaves a job what its policy promises until the drain's time is over: enough that run long enough, or its coordinator's word (aurora-spec section 8.3).</summary>
internal sealed class SlaKept(World world) : Invariant(world)
{
    private const int LeastActive = 20;
    private readonly List<(TaskRecord Drained, SlaPolicyConfiguration Policy)> _drained = [];
    private readonly List<TaskRecord> _ended = [];

    public override string Rule => "a drain keeps the jobs' SLA policies";

    public override void Writing(StoreChanges changes)
    {
        _drained.Clear();
        _ended.Clear();
        if (changes.Replies.Count(r => World.Client.Errands.Any(e => e.Command is DrainWorkers && e.Command.CommandId == r.CommandId)) > 1)
            return; // Each had its own policy, and the rows tell only of the last.
        foreach (var task in changes.Tasks)
        {
            if ((task.State.IsTerminal() || task.State == TaskState.Killing) && World.Store.Tasks.GetValueOrDefault(task.Id) is { State: TaskState.Running } before)
                _ended.Add(before); // Perhaps after the drain had decided: by itself, or because somebody killed it.
            if (task.State != TaskState.Draining || task.Events[^1].Message?.Contains("is over)", StringComparison.Ordinal) == true
                || World.Store.Tasks.GetValueOrDefault(task.Id)?.State == TaskState.Draining || task.Worker is not { } worker)
                continue;
            var drain = (changes.Workers.FirstOrDefault(w => w.Id == worker) ?? World.Store.Workers[worker]).Drain;
            if ((World.ConfigurationOf(task.ConfigurationId).SlaPolicy ?? drain?.DefaultPolicy) is { } policy)
                _drained.Add((task, policy));
        }
    }

    public override void Written(StoreChanges changes)
    {
        foreach (var (task, policy) in _drained)
        {
            if (policy.CoordinatorUrl is not null)
                CheckCoordinator(task);
            else if (_drained.Exists(other => other.Drained.Job == task.Job && other.Policy != policy))
                continue; // A drain with a laxer policy of its own may have let others go after this one.
            else if (World.ConfigurationOf(task.ConfigurationId).Production && !World.Store.Updates.Values.Any(u => u.Job == task.Job && u.ModifiedAt >= task.ChangedAt))
                CheckNumbers(task, policy, changes);
        }
    }

    private void CheckCoordinator(TaskRecord task)
    {
        if (!World.Allowances.Contains(task.Id))
            Fail($"{task.Id} is drained, and its coordinator has not let it go");
    }

    private void CheckNumbers(TaskRecord task, SlaPolicyConfiguration policy, StoreChanges changes)
    {
        var job = World.Store.Tasks.Values.Where(t => t.Job == task.Job).ToArray();
        if (changes.Tasks.Any(t => t.Job == task.Job && t.State == TaskState.Preempting))
            return; // Room was made after the drain had decided.
        var active = job.Count(t => t.State.IsActive());
        if (active < LeastActive)
            return;
        var since = task.ChangedAt - TimeSpan.FromSeconds(policy.DurationSecs ?? 0);
        var running = job.Concat(_ended.Where(t => t.Job == task.Job)).Count(t => t.State == TaskState.Running && t.ChangedAt <= since);
        var required = Math.Min(policy.Count ?? (int)Math.Ceiling((decimal)(policy.Percentage ?? 0) * active / 100), active - 1);
        if (running < required)
            Fail($"{task.Id} is drained, and of {active} instances {running} run since {policy.DurationSecs} s; {required} must");
    }
}
