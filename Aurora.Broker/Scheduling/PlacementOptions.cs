namespace Aurora.Broker.Scheduling;

/// <summary>How the broker places.</summary>
internal sealed record PlacementOptions
{
    /// <summary>For jobs that say nothing; default <see cref="PlacementStrategy.Spread"/>. In Aurora it is the scheduler's <c>-offer_order</c> for all jobs.</summary>
    public PlacementStrategy DefaultStrategy { get; init; } = PlacementStrategy.Spread;

    /// <summary>
    /// How many tasks are placed in one turn of the loop; the rest goes on in the next, without waiting for an input. 1 to 100,000, default 2,000: more makes commits cheaper,
    /// and everybody else's answer later.
    /// </summary>
    public int MaxPerTurn { get; init; } = 2000;

    /// <summary>How many workers are looked at in one turn, a group at a time; 10,000 to 100,000,000, default 2,000,000, which takes some 20 ms.</summary>
    public int MaxLooksPerTurn { get; init; } = 2_000_000;
}
