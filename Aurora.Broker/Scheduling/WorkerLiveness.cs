namespace Aurora.Broker.Scheduling;

/// <summary>Says whether a worker is lost: no sign of life for longer than the limit. A new leader counts from when it began to lead, since heartbeats are not stored.</summary>
internal static class WorkerLiveness
{
    /// <summary>Decides.</summary>
    /// <param name="lastSeen">When it was last heard, or when this broker began to lead.</param>
    /// <param name="now">The time.</param>
    /// <param name="lostAfter">The limit.</param>
    /// <returns>Whether it is lost, and otherwise when to look again.</returns>
    public static LivenessDecision Decide(DateTimeOffset lastSeen, DateTimeOffset now, TimeSpan lostAfter) =>
        now - lastSeen >= lostAfter ? new LivenessDecision(true, null) : new LivenessDecision(false, lastSeen + lostAfter);
}

/// <summary>What is known of a worker's life.</summary>
/// <param name="IsLost">Whether it is lost.</param>
/// <param name="LookAgainAt">When not: when to look again.</param>
internal readonly record struct LivenessDecision(bool IsLost, DateTimeOffset? LookAgainAt);
