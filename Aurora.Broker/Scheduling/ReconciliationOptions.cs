namespace Aurora.Broker.Scheduling;

/// <summary>How soon broker and workers agree again after messages were lost. Aurora's hour (aurora-spec section 5.9) is not enough for us: it is within a minute.</summary>
internal sealed record ReconciliationOptions
{
    /// <summary>How long a worker's digest may differ before it is asked for a hello: what is still on its way needs a moment; 1 s to 1 h, default 15 s.</summary>
    public TimeSpan DiffersFor { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a worker that sends no digest is asked for a hello; 1 s to 1 h, default 45 s.</summary>
    public TimeSpan HelloInterval { get; init; } = TimeSpan.FromSeconds(45);
}
