using Aurora.Broker.Scheduling;
using Aurora.Core.Configuration;

namespace Aurora.Broker.Sla;

/// <summary>How SLA policies are kept (aurora-spec section 8.3).</summary>
internal sealed record SlaOptions
{
    /// <summary>What applies to a job without a policy of its own when a drain names none: 95 % for 30 min.</summary>
    public static readonly SlaPolicyConfiguration DefaultPolicy = new() { Percentage = 95, DurationSecs = 30 * 60 };

    /// <summary>Whether jobs that are not production may have policies, and have them kept; default false (Aurora's <c>-sla_aware_kill_non_prod</c>).</summary>
    public bool KeepsNonProduction { get; init; }

    /// <summary>How long a coordinator may take to answer; 1 s to 10 min, default 1 min.</summary>
    public TimeSpan CoordinatorTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many coordinators are asked at once, each one question at a time; 1 to 100, default 10.</summary>
    public int CoordinatorsAtOnce { get; init; } = 10;

    /// <summary>Says whether policies are kept for the jobs of a tier: for those that nobody may preempt.</summary>
    public bool IsProtected(Tier tier) => KeepsNonProduction || tier.IsProduction;
}
