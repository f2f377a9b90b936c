using System.Globalization;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;

namespace Aurora.Worker.Health;

/// <summary>
/// Decides from the results of health checks, in order, when a task is RUNNING and when it has failed (aurora-spec section 3.7). No clock, no I/O: the checks are its clock.
/// <code>
/// F = ceil(initial_interval_secs / interval_secs)                         checks whose failure is forgiven, the first ones
/// M = F + max_consecutive_failures + min_consecutive_successes            checks in which the task must have become RUNNING
///
/// check      state      counters                                          verdict, the first that applies
/// healthy    starting   successes + 1, failures = 0                       Up when successes are enough
///                                                                         Failed when checks exceed M
/// failed     starting   successes = 0; failures + 1 unless check is 1..F  Failed when failures exceed max_consecutive_failures
///                                                                         Failed when checks exceed M
///                                                                         Failed when more than one of the M checks is left, but fewer than the successes that are missing
/// healthy    running    failures = 0                                      Undecided
/// failed     running    failures + 1 unless check is 1..F                 Failed when failures exceed max_consecutive_failures
/// any        failed     none                                              Failed, as before
/// </code>
/// Successes count from the first check, so a task can be RUNNING long before its initial interval is over. With the defaults (15, 10, 0, 1) F is 2 and M is 3: checks are made
/// at 0, 10 and 20 s, and the third failure fails the task.
/// </summary>
internal sealed record HealthJudge
{
    private readonly long _forgiven;
    private readonly long _limit;
    private readonly int _tolerated;
    private readonly int _needed;

    private HealthJudge(HealthCheckConfiguration config)
    {
        _forgiven = Forgiven(config);
        _tolerated = config.MaxConsecutiveFailures;
        // A task that asks for no success at all still has to be looked at once: an HTTP task with no check passed yet is not known to run.
        _needed = Math.Max(1, config.MinConsecutiveSuccesses);
        _limit = _forgiven + config.MaxConsecutiveFailures + config.MinConsecutiveSuccesses;
    }

    /// <summary>How many checks were made.</summary>
    public long Checks { get; private init; }

    /// <summary>How many of the latest ones were healthy, in a row.</summary>
    public long Successes { get; private init; }

    /// <summary>How many of the latest ones failed in a row, the forgiven ones not counted.</summary>
    public long Failures { get; private init; }

    /// <summary>Whether the task is, or was, RUNNING.</summary>
    public bool IsUp { get; private init; }

    /// <summary>Why the task has failed, beginning with AUR4007; null while it has not.</summary>
    public string? Failure { get; private init; }

    /// <summary>What was wrong at the last failed check, if anything was.</summary>
    public string? LastReason { get; private init; }

    /// <summary>For a task that is STARTING and was not checked yet.</summary>
    /// <param name="config">How it is checked.</param>
    /// <returns>The judge before the first check.</returns>
    public static HealthJudge Begin(HealthCheckConfiguration config) => new(config);

    /// <summary>For a task that was RUNNING when the agent was started again. Nothing is forgiven any more.</summary>
    /// <param name="config">How it is checked.</param>
    /// <returns>The judge of a running task.</returns>
    public static HealthJudge BeginRunning(HealthCheckConfiguration config) => new(config) { IsUp = true, Checks = Forgiven(config) };

    /// <summary>
    /// For a task that was STARTING when the agent was started again. The checks that fell into <paramref name="elapsed"/> count as made, their results are not known. As many as
    /// the needed successes stay to be made in any case: that no agent was there is not the task's fault.
    /// </summary>
    /// <param name="config">How it is checked.</param>
    /// <param name="elapsed">How long ago its first check was made.</param>
    /// <returns>The judge before the next check.</returns>
    public static HealthJudge Resume(HealthCheckConfiguration config, TimeSpan elapsed)
    {
        var judge = new HealthJudge(config);
        var made = (long)Math.Clamp(Math.Floor(elapsed / HealthCheck.IntervalOf(config)), 0, judge._forgiven + judge._tolerated);
        return judge with { Checks = made };
    }

    /// <summary>Takes in the result of one check.</summary>
    /// <param name="healthy">Whether it was healthy.</param>
    /// <param name="why">What was wrong, when it was not.</param>
    /// <returns>The judge after it, and what it means.</returns>
    public (HealthJudge Next, HealthVerdict Verdict) Apply(bool healthy, string? why)
    {
        if (Failure is { } final)
        {
            return (this, new HealthVerdict.Failed(final));
        }

        var next = healthy ? this with { Checks = Checks + 1, Successes = Successes + 1, Failures = 0 } : AfterFailure(why);
        if (!next.IsUp && next.Successes >= _needed)
        {
            return (next with { IsUp = true }, new HealthVerdict.Up());
        }

        return next.Trouble() is { } trouble
            ? (next with { Failure = trouble }, new HealthVerdict.Failed(trouble))
            : (next, new HealthVerdict.Undecided());
    }

    private HealthJudge AfterFailure(string? why) => this with
    {
        Checks = Checks + 1,
        Successes = 0,
        Failures = Checks < _forgiven ? Failures : Failures + 1,
        LastReason = why ?? "no reason was given",
    };

    private string? Trouble()
    {
        if (Failures > _tolerated)
        {
            return Say($"health checks failed {Times(Failures)} in a row, {_tolerated} tolerated (check {Checks}): {LastReason}");
        }

        if (IsUp)
        {
            return null;
        }

        var (left, missing) = (_limit - Checks, _needed - Successes);
        return (left < 0, left > 1 && missing > left) switch
        {
            (true, _) => Say($"not healthy {Times(_needed)} in a row within {_limit} health checks ({Checks} made); last failure: {LastReason ?? "none was seen"}"),
            (_, true) => Say($"health checks must succeed {Times(missing)} more in a row, but only {left} of {_limit} are left; last failure: {LastReason ?? "none was seen"}"),
            _ => null,
        };
    }

    private static string Say(FormattableString text) => $"{ErrorCodes.Unhealthy} {text.ToString(CultureInfo.InvariantCulture)}";

    private static string Times(long count) => count == 1 ? "1 time" : string.Create(CultureInfo.InvariantCulture, $"{count} times");

    // Seconds that a job writes (0.3 / 0.1) are not exact in binary; a hair above a whole number is that number. At most an int's worth, so that sums cannot overflow.
    private static long Forgiven(HealthCheckConfiguration config) =>
        (long)Math.Clamp(Math.Ceiling((config.InitialIntervalSecs / HealthCheck.IntervalOf(config).TotalSeconds) - 1e-9), 0, int.MaxValue);
}
