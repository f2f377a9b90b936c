namespace Aurora.Core.Configuration;

/// <summary>How an update of the job goes (aurora-spec section 2.6).</summary>
public sealed record UpdateConfiguration
{
    /// <summary>How many instances change at once, 1 or more; default 1.</summary>
    public int BatchSize { get; set; } = 1;

    /// <summary>How many seconds an instance must stay RUNNING to count as updated; 0 or more, default 45.</summary>
    public int WatchSecs { get; set; } = 45;

    /// <summary>How many failures of one instance are tolerated; 0 or more, default 0.</summary>
    public int MaxPerShardFailures { get; set; }

    /// <summary>How many failed instances are tolerated; 0 or more, less than the number of instances, default 0.</summary>
    public int MaxTotalFailures { get; set; }

    /// <summary>Whether a failed update goes back; default true.</summary>
    public bool RollbackOnFailure { get; set; } = true;

    /// <summary>Whether the next batch waits for the whole one before it.</summary>
    public bool WaitForBatchCompletion { get; set; }

    /// <summary>Coordinated update: the longest time between pulses in seconds, at least 60; null for none.</summary>
    public int? PulseIntervalSecs { get; set; }

    /// <summary>Whether kills wait for the SLA policy.</summary>
    public bool SlaAware { get; set; }

    /// <summary>A strategy; null follows <see cref="WaitForBatchCompletion"/>.</summary>
    public UpdateStrategyConfiguration? UpdateStrategy { get; set; }
}

/// <summary>A strategy (aurora-spec section 2.6): queue (batch size only), batch (with autopause), or variable batches (with sizes).</summary>
public sealed record UpdateStrategyConfiguration
{
    /// <summary>Queue and batch: the size, 1 or more.</summary>
    public int? BatchSize { get; set; }

    /// <summary>Batch and variable batch: pause after each batch. Its presence tells batch from queue.</summary>
    public bool? AutopauseAfterBatch { get; set; }

    /// <summary>Variable batch: the sizes, each 1 or more.</summary>
    public IReadOnlyList<int>? BatchSizes { get; set; }
}
