using Aurora.Core.Configuration;
using Aurora.Core.Tasks;

namespace Aurora.Broker.Scheduling;

/// <summary>
/// Says what becomes of tasks whose worker is silent (aurora-spec section 5.9). Without a policy a task is given up at once; with a delay it may come back within it, of which a
/// failover takes nothing away but adds the time in which a worker that is there is heard; with <c>reschedule: false</c> it waits for its worker.
/// </summary>
internal static class PartitionPolicy
{
    /// <summary>The state that a task goes to when its worker falls silent.</summary>
    /// <param name="state">Its state.</param>
    /// <returns>LOST for one that the worker never acknowledged; PARTITIONED for others (those that are being ended go on to LOST from there); the same for one that is PARTITIONED.</returns>
    public static TaskState OnSilence(TaskState state) => state == TaskState.Assigned ? TaskState.Lost : TaskState.Partitioned;

    /// <summary>Decides whether a PARTITIONED task is given up.</summary>
    /// <param name="question">The task's situation.</param>
    /// <returns>Whether it is LOST, and otherwise when to look again; null for never.</returns>
    public static PartitionDecision Decide(PartitionQuestion question)
    {
        if (question.Policy is { Reschedule: false })
            return new PartitionDecision(false, null);

        var end = question.Since + TimeSpan.FromSeconds(Math.Max(0, question.Policy?.DelaySecs ?? 0));
        var heard = question.LeadingSince + question.Hearing;
        if (end < heard)
            end = heard;
        return question.Now >= end ? new PartitionDecision(true, null) : new PartitionDecision(false, end);
    }
}

/// <summary>A PARTITIONED task.</summary>
/// <param name="Policy">Its job's policy; null for none.</param>
/// <param name="Since">Since when it is PARTITIONED.</param>
/// <param name="LeadingSince">When this broker began to lead.</param>
/// <param name="Now">The time.</param>
/// <param name="Hearing">Within which time a worker that is there is heard.</param>
internal readonly record struct PartitionQuestion(
    PartitionPolicyConfiguration? Policy, DateTimeOffset Since, DateTimeOffset LeadingSince, DateTimeOffset Now, TimeSpan Hearing);

/// <summary>What becomes of it.</summary>
/// <param name="IsLost">Whether it is given up.</param>
/// <param name="LookAgainAt">When not: when it will be; null when it waits for its worker, however long.</param>
internal readonly record struct PartitionDecision(bool IsLost, DateTimeOffset? LookAgainAt);
