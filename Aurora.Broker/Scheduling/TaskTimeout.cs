using Aurora.Core.Configuration;
using Aurora.Core.Tasks;

namespace Aurora.Broker.Scheduling;

/// <summary>
/// Says when a task has been on its way for too long. Every state that must pass has an end: THROTTLED has its own time, PARTITIONED its policy, and the rest is here. After a
/// failover the time that is left counts, not the whole time again, but a new leader first lets workers speak whose words may lie in the queue.
/// </summary>
internal static class TaskTimeout
{
    private static readonly TimeSpan LongestHealth = TimeSpan.FromDays(1);

    /// <summary>Decides.</summary>
    /// <param name="question">The task's situation.</param>
    /// <param name="options">The times.</param>
    /// <returns>Whether it is LOST, and otherwise when to look again; neither when the state may last.</returns>
    public static TimeoutDecision Decide(TimeoutQuestion question, TimeoutOptions options)
    {
        if (LimitOf(question, options) is not { } limit)
            return new TimeoutDecision(false, null, null);

        var (whole, patience) = limit;
        var end = Latest(question.Since + whole, question.LeadingSince + (patience < whole ? patience : whole));
        return question.Now >= end ? new TimeoutDecision(true, null, whole) : new TimeoutDecision(false, end, whole);
    }

    /// <summary>How long a task may be STARTING because its health is checked (aurora-spec section 3.7): every check that may be made, each as long as it may take.</summary>
    /// <param name="health">How its health is checked.</param>
    /// <returns>The time; a day at most.</returns>
    public static TimeSpan HealthAllowance(HealthCheckConfiguration health)
    {
        var interval = Math.Max(health.IntervalSecs, 0.1);
        var checks = Math.Ceiling(health.InitialIntervalSecs / interval) + health.MaxConsecutiveFailures + health.MinConsecutiveSuccesses + 1;
        var seconds = checks * (interval + health.TimeoutSecs);
        return seconds < LongestHealth.TotalSeconds ? TimeSpan.FromSeconds(seconds) : LongestHealth;
    }

    // The whole time, and what a new leader waits in any case.
    private static (TimeSpan Whole, TimeSpan Patience)? LimitOf(TimeoutQuestion question, TimeoutOptions options) => question.State switch
    {
        TaskState.Assigned => (options.Transient, question.Hearing),
        TaskState.Starting => (options.Starting + question.HealthAllowance, question.Hearing),
        var state when state.IsBeingEnded() => (options.Transient, options.KillBound),
        _ => null,
    };

    private static DateTimeOffset Latest(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}

/// <summary>A task that may have been on its way for too long.</summary>
/// <param name="State">Its state.</param>
/// <param name="Since">Since when.</param>
/// <param name="LeadingSince">When this broker began to lead.</param>
/// <param name="Now">The time.</param>
/// <param name="Hearing">Within which time a worker that is there is heard.</param>
/// <param name="HealthAllowance">How long its health checks may keep it STARTING.</param>
internal readonly record struct TimeoutQuestion(
    TaskState State, DateTimeOffset Since, DateTimeOffset LeadingSince, DateTimeOffset Now, TimeSpan Hearing, TimeSpan HealthAllowance);

/// <summary>What becomes of it.</summary>
/// <param name="IsLost">Whether it is given up.</param>
/// <param name="LookAgainAt">When not: when to look again; null when the state has no end.</param>
/// <param name="Limit">How long it may stay in the state; null when the state has no end.</param>
internal readonly record struct TimeoutDecision(bool IsLost, DateTimeOffset? LookAgainAt, TimeSpan? Limit);
