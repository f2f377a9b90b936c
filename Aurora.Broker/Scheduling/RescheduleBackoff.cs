using Aurora.Broker.State;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Broker.Scheduling;

/// <summary>
/// Holds back an instance whose attempts end too soon (aurora-spec section 5.6): 30 s, doubling at random up to 5 min, one step for each
/// attempt in a row that flapped. As in Aurora the count begins with the parent of the attempt that just ended, so the first flap is free. Unlike Aurora's the delay is
/// computed once, kept as the task's <see cref="TaskRecord.NotBefore"/> and said in its history; and what was no fault of the task's is not held against it.
/// </summary>
internal static class RescheduleBackoff
{
    /// <summary>Says how long the next attempt must wait.</summary>
    /// <param name="ended">The attempt that just ended.</param>
    /// <param name="find">Finds an attempt by its id; null when it was pruned.</param>
    /// <param name="jitter">The source of chance: each call gives a number from 0 to 1.</param>
    /// <param name="options">The times.</param>
    /// <returns>The delay; zero when it may be placed at once.</returns>
    public static TimeSpan Delay(TaskRecord ended, Func<TaskId, TaskRecord?> find, Func<double> jitter, BackoffOptions options)
    {
        var delay = TimeSpan.Zero;
        if (!Flapped(ended, options))
            return delay; // It ran long enough, its worker went, or somebody ended it: the next one need not wait for what others did before.

        var ancestor = ended.Ancestor;
        while (ancestor is { } id && delay < options.MaxDelay && find(id) is { } attempt && Flapped(attempt, options))
        {
            var last = delay == TimeSpan.Zero ? options.InitialDelay : delay + (delay * jitter());
            delay = last < options.MaxDelay ? last : options.MaxDelay;
            ancestor = attempt.Ancestor;
        }

        return delay;
    }

    // Too soon, and by itself: it ended soon after its last step, and that was no doing of others.
    private static bool Flapped(TaskRecord attempt, BackoffOptions options)
    {
        if (!attempt.State.IsTerminal() || WasNoFaultOfItsOwn(attempt))
            return false;

        DateTimeOffset? lastActive = null;
        var before = TaskState.Init;
        foreach (var step in attempt.Events)
        {
            // Out of a partition it only goes on with what it did before; that is no step of its own.
            if (step.State.IsActive() && step.State != TaskState.Partitioned && before != TaskState.Partitioned)
                lastActive = step.At;
            before = step.State;
        }

        return lastActive is { } at && attempt.ChangedAt - at < options.FlappingThreshold;
    }

    /// <summary>
    /// Ended on purpose (also to make room, which Aurora holds against the victim), or LOST after it had come to RUNNING: then its worker went, not the task. LOST before it
    /// ran does count: what loses attempts at their launch, a full disk or no port, would otherwise be tried again as fast as it can fail.
    /// </summary>
    private static bool WasNoFaultOfItsOwn(TaskRecord attempt)
    {
        var ran = false;
        foreach (var step in attempt.Events)
        {
            if (step.State.IsBeingEnded())
                return true;
            ran |= step.State is TaskState.Running or TaskState.Partitioned;
        }

        return ran && attempt.State == TaskState.Lost;
    }
}
