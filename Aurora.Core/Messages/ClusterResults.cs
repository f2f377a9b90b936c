using Aurora.Core.Configuration;

namespace Aurora.Core.Messages;

/// <summary>Result of <see cref="GetWorkers"/>, ordered by id.</summary>
/// <param name="Workers">The workers.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record WorkerPage(IReadOnlyList<WorkerSummary> Workers, string? Next);

/// <summary>Result of <see cref="DrainWorkers"/>, <see cref="DeactivateWorkers"/> and <see cref="ActivateWorkers"/>.</summary>
/// <param name="Workers">The workers as they are now, ordered by id.</param>
public sealed record WorkersChanged(IReadOnlyList<WorkerSummary> Workers);

/// <summary>A worker's place in maintenance (aurora-spec section 8.4). On the wire in capitals.</summary>
public enum MaintenanceMode
{
    /// <summary>Takes tasks.</summary>
    None,

    /// <summary>Takes tasks only where nothing else fits.</summary>
    Scheduled,

    /// <summary>Takes no tasks, and its own are being moved.</summary>
    Draining,

    /// <summary>Takes no tasks, and has none.</summary>
    Drained,
}

/// <summary>A drain that somebody asked for.</summary>
/// <param name="User">Who.</param>
/// <param name="At">When.</param>
/// <param name="Deadline">When the rest goes without asking policies.</param>
/// <param name="DefaultPolicy">For jobs without a policy of their own.</param>
/// <param name="Message">Why; null when nothing was said.</param>
public sealed record DrainRequest(string User, DateTimeOffset At, DateTimeOffset Deadline, SlaPolicyConfiguration DefaultPolicy, string? Message);

/// <summary>Result of <see cref="GetQuotas"/>, ordered by role.</summary>
/// <param name="Quotas">A role each.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record QuotaPage(IReadOnlyList<QuotaSummary> Quotas, string? Next);

/// <summary>Result of <see cref="SetQuota"/>.</summary>
/// <param name="Quota">The role's quota as it is now.</param>
public sealed record QuotaSet(QuotaSummary Quota);

/// <summary>What a role may use and uses (aurora-spec section 8.1).</summary>
public sealed record QuotaSummary
{
    /// <summary>The role.</summary>
    public required string Role { get; init; }

    /// <summary>What its production tasks may use on shared workers; zero when nothing was granted.</summary>
    public required QuotaAmount Quota { get; init; }

    /// <summary>What counts against the quota now.</summary>
    public required QuotaAmount ProductionShared { get; init; }

    /// <summary>Production tasks on dedicated workers; does not count.</summary>
    public required QuotaAmount ProductionDedicated { get; init; }

    /// <summary>Other tasks on shared workers; does not count.</summary>
    public required QuotaAmount NonProductionShared { get; init; }

    /// <summary>Other tasks on dedicated workers; does not count.</summary>
    public required QuotaAmount NonProductionDedicated { get; init; }
}
