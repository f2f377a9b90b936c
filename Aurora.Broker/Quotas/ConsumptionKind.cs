using Aurora.Broker.Scheduling;
using Aurora.Core.Configuration;

namespace Aurora.Broker.Quotas;

/// <summary>Where a task's resources are booked. Only the first counts against a quota (aurora-spec section 8.1).</summary>
internal enum ConsumptionKind
{
    /// <summary>Production, on workers that anybody's tasks may use.</summary>
    ProductionShared,

    /// <summary>Production, on workers that are dedicated.</summary>
    ProductionDedicated,

    /// <summary>Preemptible or revocable, on shared workers.</summary>
    NonProductionShared,

    /// <summary>Preemptible or revocable, on dedicated workers.</summary>
    NonProductionDedicated,
}

/// <summary>Says where the tasks of a job are booked.</summary>
internal static class ConsumptionKinds
{
    /// <summary>How many kinds there are.</summary>
    public const int Count = 4;

    /// <summary>The kind of a job's tasks.</summary>
    public static ConsumptionKind Of(JobConfiguration job, Tier tier)
    {
        var isDedicated = job.Constraints.ContainsKey(PlacementConstraint.Dedicated);
        return tier.IsProduction
            ? isDedicated ? ConsumptionKind.ProductionDedicated : ConsumptionKind.ProductionShared
            : isDedicated ? ConsumptionKind.NonProductionDedicated : ConsumptionKind.NonProductionShared;
    }
}
