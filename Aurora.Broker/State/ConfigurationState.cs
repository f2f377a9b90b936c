using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Matching;
using Aurora.Core.Configuration;

namespace Aurora.Broker.State;

/// <summary>A configuration with how many rows name it; it goes with the last one.</summary>
internal sealed class ConfigurationState(ConfigurationRecord record)
{
    internal int Uses { get; set; }

    public ConfigurationRecord Record { get; } = record;

    public JobConfiguration Job => Record.Configuration;

    /// <summary>What a task of it demands of a worker.</summary>
    public Demand Demand { get; } = Demand.Of(record.Configuration);

    /// <summary>The amounts of it.</summary>
    public Capacity Need => Demand.Need;
}
