using Aurora.Core.Tasks;

namespace Aurora.Broker.Scheduling;

/// <summary>When a worker that owes a word about a task is told again (aurora-spec section 4, timers).</summary>
internal static class RetryDelay
{
    private static readonly TimeSpan LongestLaunch = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestKill = TimeSpan.FromMinutes(5);

    /// <summary>Decides.</summary>
    /// <param name="state">ASSIGNED for a launch, any other for a kill.</param>
    /// <param name="attempt">How often it was told before; 0 for the first time that it is told again.</param>
    /// <param name="options">The first times.</param>
    /// <param name="jitter">The source of chance, from 0 to 1; asked only for a kill that is repeated, so that many kills of one moment spread.</param>
    /// <returns>The delay from the last telling.</returns>
    public static TimeSpan Of(TaskState state, int attempt, TimeoutOptions options, Func<double> jitter)
    {
        if (state == TaskState.Assigned)
            return Shorter(Doubled(options.LaunchRetry, attempt), LongestLaunch);
        var longest = Shorter(Doubled(options.KillRetry, attempt), LongestKill);
        return attempt == 0 ? longest : (longest / 2) + (longest / 2 * jitter());
    }

    private static TimeSpan Doubled(TimeSpan first, int times) => first * Math.Pow(2, Math.Min(times, 20));

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
