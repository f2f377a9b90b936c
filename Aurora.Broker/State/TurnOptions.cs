using Aurora.Broker.Maintenance;
using Aurora.Broker.Scheduling;
using Aurora.Broker.Sla;
using Aurora.Core.Messages;

namespace Aurora.Broker.State;

/// <summary>What a turn must know of the broker's configuration, and where ids and chance come from.</summary>
internal sealed record TurnOptions
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>This broker's name, recorded in histories.</summary>
    public required string BrokerName { get; init; }

    /// <summary>This broker's version.</summary>
    public required string Version { get; init; }

    /// <summary>The address of the pages, without a slash at the end.</summary>
    public required Func<string> BaseUrl { get; init; }

    /// <summary>Makes ids.</summary>
    public Func<Guid> NewId { get; init; } = Guid.NewGuid;

    /// <summary>Chance, from 0 to 1.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;

    /// <summary>The deciders.</summary>
    public SchedulingRules Rules { get; init; } = SchedulingRules.Standard;

    /// <summary>The tiers.</summary>
    public TierOptions Tiers { get; init; } = new();

    /// <summary>The quota of a role that was granted none; default nothing.</summary>
    public QuotaAmount DefaultQuota { get; init; } = QuotaAmount.Zero;

    /// <summary>After which silence a worker is lost; default 15 s.</summary>
    public TimeSpan WorkerLostAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>When an ASSIGNED task that its worker has not acknowledged is sent again; doubles up to a minute; default 5 s.</summary>
    public TimeSpan LaunchRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>When a kill is sent again; doubles up to 5 min; default 15 s (aurora-spec section 4, timers).</summary>
    public TimeSpan KillRetry { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>After which time in ASSIGNED, KILLING and the like a task is LOST; default 5 min (aurora-spec section 4, timers).</summary>
    public TimeSpan TransientStateTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often old rows are looked for; default 1 min.</summary>
    public TimeSpan PruneInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How SLA policies are kept.</summary>
    public SlaOptions Sla { get; init; } = new();

    /// <summary>How workers are drained.</summary>
    public DrainOptions Drains { get; init; } = new();

    /// <summary>How tasks are placed.</summary>
    public PlacementOptions Placement { get; init; } = new();

    /// <summary>How long old rows are kept.</summary>
    public RetentionOptions Retention { get; init; } = new();
}
