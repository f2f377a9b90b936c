namespace Aurora.Broker.Scheduling.Preempting;

/// <summary>When tasks are ended to make room (aurora-spec section 5.8 and appendix A).</summary>
internal sealed record PreemptionOptions
{
    /// <summary>Whether any are; default true.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>How long a group must have waited; 0 to 1 d, default 3 min.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How often is looked for room; 1 s to 1 h, default 1 min. A new leader looks after this time first, when the workers have said what they have.</summary>
    public TimeSpan SearchInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a worker is kept for the group for which room was made there; 10 s to 1 h, default 3 min.</summary>
    public TimeSpan ReservationTime { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How many looks at tasks one turn of the loop takes for it before it does other things; a look takes about 40 ns. 1,000 to 100,000,000, default 200,000; one group's search is never divided.</summary>
    public int LooksPerTurn { get; init; } = 200_000;
}
