using Aurora.Core.Tasks;

namespace Aurora.Worker.Tasks;

/// <summary>A task that is ending: what it ends in once nothing of it runs any more, and how far its end has come.</summary>
/// <param name="Outcome">A terminal state.</param>
/// <param name="Message">Why, if there is something to say.</param>
/// <param name="Since">When it began to end.</param>
/// <param name="Asked">Whether somebody asked for it; then the kill's waiting time counts instead of the task's <c>finalization_wait</c>.</param>
internal sealed record TaskEnding(TaskState Outcome, string? Message, DateTimeOffset Since, bool Asked)
{
    /// <summary>How long a stop may take in all, hooks included (aurora-spec section 3.6).</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(120);

    /// <summary>The call of the graceful endpoint, once made.</summary>
    public HookAnswer? Graceful { get; init; }

    /// <summary>The call of the shutdown endpoint, once made.</summary>
    public HookAnswer? Shutdown { get; init; }

    /// <summary>When somebody asked for the end of a task that was ending by itself.</summary>
    public DateTimeOffset? HurriedAt { get; init; }

    /// <summary>Whether nothing of the ordinary processes is left, and the final ones run.</summary>
    public bool IsFinalizing { get; init; }

    /// <summary>
    /// What the hooks ask for now. They are called only while something runs that could hear them, and their waiting never takes the time that SIGTERM needs:
    /// a stop as a whole keeps <see cref="StopTimeout"/>.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="hooks">The task's hooks.</param>
    /// <param name="killWait">How long what runs may take after SIGTERM.</param>
    /// <returns>The phase, and until when it lasts by itself; null when the hooks are over.</returns>
    public (StopPhase Phase, DateTimeOffset? Until)? HookPhase(DateTimeOffset now, HookRule hooks, TimeSpan killWait)
    {
        var end = HooksEnd(killWait);
        if (now >= end)
        {
            return null;
        }

        if (Graceful is null)
        {
            return (StopPhase.CallGraceful, null);
        }

        if (Graceful.Until(hooks.GracefulWait) is var first && now < first)
        {
            return (StopPhase.Wait, first < end ? first : end);
        }

        if (Shutdown is null)
        {
            return (StopPhase.CallShutdown, null);
        }

        return Shutdown.Until(hooks.ShutdownWait) is var second && now < second ? (StopPhase.Wait, second < end ? second : end) : null;
    }

    /// <summary>When the gentle way ends and SIGKILL comes.</summary>
    /// <param name="hooks">The task's hooks, where it has any.</param>
    /// <param name="killWait">How long what runs may take after SIGTERM.</param>
    /// <param name="finalizationWait">The task's own time, when it ends by itself.</param>
    /// <returns>The time.</returns>
    public DateTimeOffset Deadline(HookRule? hooks, TimeSpan killWait, TimeSpan finalizationWait)
    {
        if (!Asked)
        {
            var own = Since + finalizationWait;
            return HurriedAt is { } hurried && hurried + killWait < own ? hurried + killWait : own;
        }

        var gentleSince = Since;
        if (hooks is not null)
        {
            gentleSince = Latest(gentleSince, Graceful?.Until(hooks.GracefulWait), HooksEnd(killWait));
            gentleSince = Latest(gentleSince, Shutdown?.Until(hooks.ShutdownWait), HooksEnd(killWait));
        }

        return gentleSince + killWait;
    }

    private DateTimeOffset HooksEnd(TimeSpan killWait) => Since + (killWait < StopTimeout ? StopTimeout - killWait : TimeSpan.Zero);

    private static DateTimeOffset Latest(DateTimeOffset a, DateTimeOffset? b, DateTimeOffset bound) =>
        b is not { } other || other <= a ? a : other < bound ? other : bound;
}

/// <summary>What came of calling a hook.</summary>
/// <param name="At">When the call was over.</param>
/// <param name="Answered">Whether there was any HTTP response.</param>
internal sealed record HookAnswer(DateTimeOffset At, bool Answered)
{
    /// <summary>Until when the task may take to end by itself.</summary>
    /// <param name="wait">The hook's waiting time.</param>
    /// <returns>The time; the call's own when nobody answered.</returns>
    public DateTimeOffset Until(TimeSpan wait) => Answered ? At + wait : At;
}

/// <summary>How long a task that has HTTP hooks is waited for (aurora-spec section 2.8).</summary>
/// <param name="GracefulWait">After the graceful endpoint has answered.</param>
/// <param name="ShutdownWait">After the shutdown endpoint has answered.</param>
internal sealed record HookRule(TimeSpan GracefulWait, TimeSpan ShutdownWait);

/// <summary>A state that a task came to.</summary>
/// <param name="State">The state.</param>
/// <param name="At">When.</param>
/// <param name="Message">Why, if there is something to say.</param>
internal sealed record StateChange(TaskState State, DateTimeOffset At, string? Message);
