using Aurora.Broker.Scheduling;
using Aurora.Core.Configuration;

namespace Aurora.Broker.State;

/// <summary>A configuration with how many rows name it; it goes with the last one.</summary>
internal sealed class ConfigurationState(ConfigurationRecord record)
{
    internal int Uses { get; set; }

    public ConfigurationRecord Record { get; } = record;

    public JobConfiguration Job => Record.Configuration;

    /// <summary>What a task of it needs.</summary>
    public Capacity Need { get; } = Capacity.Of(record.Configuration.Task.Resources);
}
