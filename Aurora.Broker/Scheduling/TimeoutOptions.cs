namespace Aurora.Broker.Scheduling;

/// <summary>How long tasks may stay on their way, and how often workers are told again (aurora-spec section 4, timers).</summary>
internal sealed record TimeoutOptions
{
    /// <summary>After which time in ASSIGNED, KILLING, RESTARTING, DRAINING or PREEMPTING a task is LOST; 10 s to 1 h, default 5 min.</summary>
    public TimeSpan Transient { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// After which time in STARTING a task is LOST, on top of the time that its health checks may take; 10 s to 1 d, default 15 min. Aurora has none, although its
    /// documentation says so: a task whose sandbox is never made would stay for good.
    /// </summary>
    public TimeSpan Starting { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// What the worker needs at most to end a task: hooks, SIGTERM, SIGKILL and final processes; 1 s to 1 h, default 3 min. A new leader that repeats a kill waits at least so long
    /// before it gives the task up, since the last one may never have sent it.
    /// </summary>
    public TimeSpan KillBound { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>When an ASSIGNED task that its worker has not acknowledged is sent again; doubles up to a minute; 100 ms to 1 min, default 5 s.</summary>
    public TimeSpan LaunchRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>When a kill is sent again; doubles, by chance up to half less, up to 5 min; 100 ms to 5 min, default 15 s.</summary>
    public TimeSpan KillRetry { get; init; } = TimeSpan.FromSeconds(15);
}
