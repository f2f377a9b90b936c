using Aurora.Broker.State;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Broker.Scheduling;

/// <summary>
/// Holds back an instance whose attempts end too soon (aurora-spec section 5.6): 30 s, doubling at random up to 5 min, one step for each
/// attempt in a row that flapped. As in Aurora the count begins with the parent of the attempt that just ended, so the first flap is free.
/// </summary>
internal static class RescheduleBackoff
{
    /// <summary>An attempt flapped when it ended within this time after its last active event.</summary>
    public static readonly TimeSpan FlappingThreshold = TimeSpan.FromMinutes(5);

    /// <summary>The first delay.</summary>
    public static readonly TimeSpan InitialDelay = TimeSpan.FromSeconds(30);

    /// <summary>The greatest delay.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(5);

    /// <summary>Says how long the next attempt must wait.</summary>
    /// <param name="ended">The attempt that just ended.</param>
    /// <param name="find">Finds an attempt by its id; null when it was pruned.</param>
    /// <param name="jitter">The source of chance: each call gives a number from 0 to 1.</param>
    /// <returns>The delay; zero when it may be placed at once.</returns>
    public static TimeSpan Delay(TaskRecord ended, Func<TaskId, TaskRecord?> find, Func<double> jitter)
    {
        var delay = TimeSpan.Zero;
        var ancestor = ended.Ancestor;
        while (ancestor is { } id && delay < MaxDelay && find(id) is { } attempt && Flapped(attempt))
        {
            var last = delay == TimeSpan.Zero ? InitialDelay : delay + (delay * jitter());
            delay = last < MaxDelay ? last : MaxDelay;
            ancestor = attempt.Ancestor;
        }

        return delay;
    }

    /// <summary>Says whether an attempt ended too soon, by itself.</summary>
    /// <param name="attempt">An attempt.</param>
    /// <returns>True when it is terminal, was not ended on purpose, and ended soon after its last step.</returns>
    public static bool Flapped(TaskRecord attempt)
    {
        if (!attempt.State.IsTerminal())
            return false;

        DateTimeOffset? lastActive = null;
        foreach (var step in attempt.Events)
        {
            if (step.State is TaskState.Restarting or TaskState.Killing or TaskState.Draining)
                return false;
            if (step.State.IsActive())
                lastActive = step.At;
        }

        return lastActive is { } at && attempt.ChangedAt - at < FlappingThreshold;
    }
}
