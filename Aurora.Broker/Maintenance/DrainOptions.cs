namespace Aurora.Broker.Maintenance;

/// <summary>How workers are drained (aurora-spec section 8.4).</summary>
internal sealed record DrainOptions
{
    /// <summary>How long a drain asks policies when it does not say: 7 d (the default of Aurora's client).</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromDays(7);

    /// <summary>
    /// How often workers that drain are looked at, besides at once when something happens to a job that waits; 100 ms to 1 h, default 5 s (Aurora: 1 min). Time alone can bring a
    /// task over its policy's duration, and coordinators are asked again then.
    /// </summary>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromSeconds(5);
}
