using Aurora.Core.Configuration;

namespace Aurora.Broker.Scheduling;

/// <summary>Which of the workers that fit come first.</summary>
internal enum PlacementStrategy
{
    /// <summary>Those with the fewest tasks of the job.</summary>
    Spread,

    /// <summary>Those with the least room left.</summary>
    Pack,
}

/// <summary>What a group would rather have.</summary>
/// <param name="Strategy">Which workers come first.</param>
/// <param name="By">The attribute whose values come before the worker itself; null for none.</param>
internal readonly record struct PlacementPreference(PlacementStrategy Strategy, string? By)
{
    /// <summary>The preference of a valid job.</summary>
    public static PlacementPreference Of(JobConfiguration job, PlacementStrategy otherwise) => new(
        job.Placement?.Strategy switch { "pack" => PlacementStrategy.Pack, "spread" => PlacementStrategy.Spread, _ => otherwise }, job.Placement?.By);
}
