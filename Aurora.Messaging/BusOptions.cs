namespace Aurora.Messaging;

/// <summary>What both buses let one set.</summary>
public sealed record BusOptions
{
    /// <summary>How many publishes may wait for their confirm at once; 1 to 10,000, default 1,000.</summary>
    public int ConfirmWindow { get; init; } = 1000;

    /// <summary>How long a publish may wait for its confirm, including for a connection; default 10 s.</summary>
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
