namespace Aurora.Broker.Scheduling;

/// <summary>How an instance is held back whose attempts end too soon (aurora-spec section 5.6).</summary>
internal sealed record BackoffOptions
{
    /// <summary>An attempt flapped when it ended within this time after its last step; 0 to 1 h, default 5 min.</summary>
    public TimeSpan FlappingThreshold { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The first delay; 1 s to the greatest one, default 30 s.</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The greatest delay; up to 1 h, default 5 min.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(5);
}
