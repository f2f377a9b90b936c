namespace Aurora.Broker.State;

/// <summary>
/// The loop's clock. A step of the machine's clock (somebody sets it, or NTP does) must not make every worker lost at once, nor stop all timers: time goes on as the monotonic clock
/// does, and what the wall clock differs by is made up for little by little, at most a hundredth of the time that passes. It never goes back. Touched by the loop alone.
/// </summary>
/// <param name="time">The machine's clocks.</param>
internal sealed class SteadyClock(TimeProvider time)
{
    private const int Share = 100;
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private DateTimeOffset _now = time.GetUtcNow();
    private long _stamp = time.GetTimestamp();

    /// <summary>The time.</summary>
    /// <returns>UTC.</returns>
    public DateTimeOffset Now()
    {
        var stamp = time.GetTimestamp();
        var passed = time.GetElapsedTime(_stamp, stamp);
        var wall = time.GetUtcNow();
        _stamp = stamp;
        _now += passed;
        var off = wall - _now;
        if (off.Duration() < Step)
        {
            // As close as the machine's own clocks are to each other: no step. Going back is left to time that passes.
            _now = off > TimeSpan.Zero ? wall : _now;
            return _now;
        }

        var most = passed / Share;
        _now += off > TimeSpan.Zero ? most : -most;
        return _now;
    }
}
