using Aurora.Core.Configuration;

namespace Aurora.Worker.Health;

/// <summary>How a task's health is looked at.</summary>
/// <param name="Interval">From the start of one check to the start of the next.</param>
/// <param name="Timeout">How long one check may take.</param>
internal abstract record HealthCheck(TimeSpan Interval, TimeSpan Timeout)
{
    /// <summary>A configured interval of 0 would check without a pause; this is the shortest that is kept.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(0.1);

    /// <summary>Timers cannot be longer than 49 days; a job that says more means "never".</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromDays(40);

    /// <summary>Asks an HTTP endpoint on the port named <c>health</c>.</summary>
    /// <param name="Endpoint">The path.</param>
    /// <param name="ExpectedResponse">The expected body, compared without regard to case and outer white space; empty accepts any.</param>
    /// <param name="ExpectedCode">The expected status; 0 accepts any.</param>
    /// <param name="Interval">The time between checks.</param>
    /// <param name="Timeout">How long one may take.</param>
    internal sealed record Http(string Endpoint, string ExpectedResponse, int ExpectedCode, TimeSpan Interval, TimeSpan Timeout) : HealthCheck(Interval, Timeout);

    /// <summary>Runs a command line in the sandbox, as the role.</summary>
    /// <param name="CommandLine">The line; its run-time templates are not bound yet.</param>
    /// <param name="Interval">The time between checks.</param>
    /// <param name="Timeout">How long one may take.</param>
    internal sealed record Shell(string CommandLine, TimeSpan Interval, TimeSpan Timeout) : HealthCheck(Interval, Timeout);

    /// <summary>The interval that is kept for a configuration.</summary>
    /// <param name="config">The configuration.</param>
    /// <returns>From <see cref="ShortestInterval"/> to <see cref="LongestTime"/>.</returns>
    public static TimeSpan IntervalOf(HealthCheckConfiguration config) => Seconds(config.IntervalSecs, ShortestInterval);

    /// <summary>The timeout that is kept for a configuration.</summary>
    /// <param name="config">The configuration.</param>
    /// <returns>From 0 to <see cref="LongestTime"/>.</returns>
    public static TimeSpan TimeoutOf(HealthCheckConfiguration config) => Seconds(config.TimeoutSecs, TimeSpan.Zero);

    private static TimeSpan Seconds(double seconds, TimeSpan least) => TimeSpan.FromSeconds(Math.Clamp(seconds, least.TotalSeconds, LongestTime.TotalSeconds));
}
