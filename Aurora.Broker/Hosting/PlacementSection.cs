using Aurora.Broker.Scheduling;
using Aurora.Core.Errors;

namespace Aurora.Broker.Hosting;

/// <summary>How tasks are placed.</summary>
internal sealed record PlacementSection
{
    /// <summary><c>spread</c> or <c>pack</c>.</summary>
    public string? DefaultStrategy { get; init; }

    public int? MaxPerTurn { get; init; }

    public int? MaxLooksPerTurn { get; init; }

    /// <summary>Finds what is no strategy.</summary>
    /// <param name="field">The name of the section in the file.</param>
    /// <returns>The faults (AUR5001).</returns>
    public IEnumerable<Fault> Check(string field)
    {
        if (DefaultStrategy is not (null or "spread" or "pack"))
            yield return new Fault(ErrorCodes.InvalidConfiguration, $"{field}.default_strategy", DefaultStrategy, "must be spread or pack");
    }

    public PlacementOptions ToOptions()
    {
        var defaults = new PlacementOptions();
        return defaults with
        {
            DefaultStrategy = DefaultStrategy switch
            {
                "spread" => PlacementStrategy.Spread, "pack" => PlacementStrategy.Pack, _ => defaults.DefaultStrategy, // Any other text is refused.
            },
            MaxPerTurn = MaxPerTurn ?? defaults.MaxPerTurn,
            MaxLooksPerTurn = MaxLooksPerTurn ?? defaults.MaxLooksPerTurn,
        };
    }
}
