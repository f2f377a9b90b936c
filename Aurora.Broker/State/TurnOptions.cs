using Aurora.Broker.Maintenance;
using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Preempting;
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

    /// <summary>When tasks are ended to make room.</summary>
    public PreemptionOptions Preemption { get; init; } = new();

    /// <summary>The quota of a role that was granted none; default nothing.</summary>
    public QuotaAmount DefaultQuota { get; init; } = QuotaAmount.Zero;

    /// <summary>After which silence a worker is lost; default 15 s.</summary>
    public TimeSpan WorkerLostAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long tasks may be on their way, and when workers are told again.</summary>
    public TimeoutOptions Timeouts { get; init; } = new();

    /// <summary>How instances are held back whose attempts end too soon.</summary>
    public BackoffOptions Backoff { get; init; } = new();

    /// <summary>How soon broker and workers agree again.</summary>
    public ReconciliationOptions Reconciliation { get; init; } = new();

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
