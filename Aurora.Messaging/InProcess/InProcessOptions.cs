namespace Aurora.Messaging.InProcess;

/// <summary>What bounds the memory of an in-process bus.</summary>
public sealed record InProcessOptions
{
    /// <summary>The most messages in one queue, delivered but unsettled ones included; a publish into a full queue waits. From 1, default 100,000.</summary>
    public int QueueLength { get; init; } = 100_000;

    /// <summary>The most events that wait for one slow listener; then it misses the oldest. From 1, default 10,000.</summary>
    public int EventBacklog { get; init; } = 10_000;

    /// <summary>The waits and windows that both buses share.</summary>
    public BusOptions Bus { get; init; } = new();
}
