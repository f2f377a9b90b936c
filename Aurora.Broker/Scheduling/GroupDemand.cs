using Aurora.Broker.Scheduling.Matching;
using Aurora.Core.Jobs;

namespace Aurora.Broker.Scheduling;

/// <summary>Identical pending tasks, of one job with one configuration, and what placement must know of their job.</summary>
internal sealed record GroupDemand
{
    /// <summary>The job.</summary>
    public required JobKey Job { get; init; }

    /// <summary>The configuration.</summary>
    public required string ConfigurationId { get; init; }

    /// <summary>What each task demands.</summary>
    public required Demand Demand { get; init; }

    /// <summary>How many shall be placed.</summary>
    public required int Count { get; init; }

    /// <summary>Which workers come first.</summary>
    public PlacementPreference Preference { get; init; }

    /// <summary>How many tasks of the job are on which worker, by slot.</summary>
    public required IReadOnlyDictionary<int, int> TasksBySlot { get; init; }

    /// <summary>How many tasks of the job are on workers with a value of an attribute.</summary>
    public required Func<string, string, int> TasksAt { get; init; }

    /// <summary>The only workers to look at, by slot, each once; null for all. A group that found no place needs to see only those that changed since.</summary>
    public IReadOnlyList<int>? Slots { get; init; }

    /// <summary>The workers that are kept for it, by slot: they come before all others.</summary>
    public IReadOnlyList<int> Kept { get; init; } = [];

    /// <summary>The slot to begin at, so that not every group begins with the same worker.</summary>
    public int Start { get; init; }
}
