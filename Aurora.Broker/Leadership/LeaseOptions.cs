namespace Aurora.Broker.Leadership;

/// <summary>How leadership is held.</summary>
internal sealed record LeaseOptions
{
    /// <summary>How long it lasts without renewal; 200 ms to 1 min, default 1 s.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often it is renewed, and how often a standby tries to take it; at most half the duration, default 250 ms.</summary>
    public TimeSpan Renewal { get; init; } = TimeSpan.FromMilliseconds(250);
}
