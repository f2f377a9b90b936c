using Aurora.Broker.Scheduling;
using Aurora.Broker.Storage;
using Aurora.Simulation.Faults;
using Aurora.Simulation.Workers;

namespace Aurora.Simulation.Seeds;

/// <summary>How a seed is run.</summary>
internal sealed record RunOptions
{
    public static RunOptions Standard { get; } = new();

    /// <summary>Which faults may be drawn.</summary>
    public FaultKinds Allowed { get; init; } = FaultKinds.All;

    /// <summary>The deciders; broken ones only in the simulation's own tests.</summary>
    public SchedulingRules Rules { get; init; } = SchedulingRules.Standard;

    /// <summary>Puts something between the brokers and the database; only the simulation's own tests do.</summary>
    public Func<IStore, World, IStore> Wrap { get; init; } = (store, _) => store;

    /// <summary>What workers do wrong; only in the simulation's own tests.</summary>
    public WorkerDefects Defects { get; init; }

    /// <summary>The greatest delay between attempts; null for the product's.</summary>
    public TimeSpan? MaxDelayOfBackoff { get; init; }

    /// <summary>Where every step is written; null for nowhere.</summary>
    public TextWriter? Trace { get; init; }

    /// <summary>Whether steps are digested, to compare two runs.</summary>
    public bool IsDigested { get; init; }

    /// <summary>Fewer faults, for shrinking: where the fault time ends; null as drawn.</summary>
    public TimeSpan? FaultTime { get; init; }
}
