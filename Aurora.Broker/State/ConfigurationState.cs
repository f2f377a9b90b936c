using Aurora.Broker.Quotas;
using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.Scheduling.Preempting;
using Aurora.Core.Configuration;

namespace Aurora.Broker.State;

/// <summary>A configuration with how many rows name it; it goes with the last one.</summary>
internal sealed class ConfigurationState(ConfigurationRecord record, Tier tier)
{
    private Claim? _claim;

    internal int Uses { get; set; }

    public ConfigurationRecord Record { get; } = record;

    public JobConfiguration Job => Record.Configuration;

    /// <summary>What a task of it demands of a worker.</summary>
    public Demand Demand { get; } = Demand.Of(record.Configuration);

    /// <summary>The amounts of it.</summary>
    public Capacity Need => Demand.Need;

    /// <summary>The tier of its tasks.</summary>
    public Tier Tier { get; } = tier;

    /// <summary>What a task of it demands, with its right to others' room.</summary>
    public Claim Claim => _claim ??= new Claim(Job.Key, Demand, Tier, Job.Priority);

    /// <summary>What a task of it counts for.</summary>
    public Consumption Consumption { get; } = Consumption.Of(record.Configuration.Task.Resources);

    /// <summary>Where that is booked.</summary>
    public ConsumptionKind ConsumptionKind { get; } = ConsumptionKinds.Of(record.Configuration, tier);
}
