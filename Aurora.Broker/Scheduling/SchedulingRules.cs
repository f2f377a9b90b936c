using Aurora.Broker.Maintenance;
using Aurora.Broker.Quotas;
using Aurora.Broker.Scheduling.Preempting;
using Aurora.Broker.Scheduling.Workers;
using Aurora.Broker.Sla;
using Aurora.Broker.State;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Broker.Scheduling;

/// <summary>
/// The pure deciders of scheduling that the loop asks, as values; those of updates are not among them (<c>UpdateEngine</c>). The product always uses <see cref="Standard"/>; the simulation's own tests put a broken one in its place, to see
/// that the simulation notices.
/// </summary>
internal sealed record SchedulingRules
{
    /// <summary>The rules of the product.</summary>
    public static SchedulingRules Standard { get; } = new();

    /// <summary>What becomes of an attempt to change a task's state.</summary>
    public Func<TaskState, TaskState, TaskFacts, TransitionDecision> Transition { get; init; } = TaskStateMachine.Decide;

    /// <summary>How long the next attempt waits.</summary>
    public Func<TaskRecord, Func<TaskId, TaskRecord?>, Func<double>, BackoffOptions, TimeSpan> Backoff { get; init; } = RescheduleBackoff.Delay;

    /// <summary>Whether a task has been on its way for too long.</summary>
    public Func<TimeoutQuestion, TimeoutOptions, TimeoutDecision> Timeout { get; init; } = TaskTimeout.Decide;

    /// <summary>When a worker that owes a word about a task is told again, from the task's state and how often it was told.</summary>
    public Func<TaskState, int, TimeoutOptions, Func<double>, TimeSpan> RetryDelay { get; init; } = Scheduling.RetryDelay.Of;

    /// <summary>Which state a task goes to when its worker falls silent.</summary>
    public Func<TaskState, TaskState> Silence { get; init; } = PartitionPolicy.OnSilence;

    /// <summary>Whether a task whose worker is silent is given up.</summary>
    public Func<PartitionQuestion, PartitionDecision> Partition { get; init; } = PartitionPolicy.Decide;

    /// <summary>Whether a worker is lost.</summary>
    public Func<DateTimeOffset, DateTimeOffset, TimeSpan, LivenessDecision> Liveness { get; init; } = WorkerLiveness.Decide;

    /// <summary>Whether an agent that says hello is the worker.</summary>
    public Func<SessionQuestion, SessionVerdict> Session { get; init; } = SessionRule.Decide;

    /// <summary>Whether a worker must say again what it has.</summary>
    public Func<ReconciliationQuestion, ReconciliationOptions, ReconciliationDecision> Reconciliation { get; init; } = Scheduling.Reconciliation.Decide;

    /// <summary>Whether a task may be ended without breaking its job's policy.</summary>
    public Func<SlaQuestion, SlaDecision> Sla { get; init; } = SlaCheck.Decide;

    /// <summary>Which tasks of a job leave workers that drain.</summary>
    public Func<DrainView, Func<SlaQuestion, SlaDecision>, IReadOnlyList<DrainStep>> Drain { get; init; } = DrainPlan.Decide;

    /// <summary>Whether a role stays within its quota, from the quota, what it uses and what it would use.</summary>
    public Func<Consumption, Consumption, Consumption, QuotaDecision> Quota { get; init; } = QuotaCheck.Decide;

    /// <summary>Which ended tasks of a job are removed, from those tasks with the times of their ends.</summary>
    public Func<IReadOnlyCollection<(TaskId Id, DateTimeOffset EndedAt)>, DateTimeOffset, RetentionOptions, IReadOnlyList<TaskId>> Prune { get; init; } = HistoryPruner.Decide;

    /// <summary>Where the tasks of a group go.</summary>
    public Func<GroupDemand, WorkerIndex, GroupPlacement> Place { get; init; } = Placement.Decide;

    /// <summary>Who is ended to make room for a group.</summary>
    public Func<PreemptionDemand, IEnumerable<OccupiedWorker>, PreemptionDecision> Preempt { get; init; } = Preemption.Decide;
}
