using Aurora.Core.Configuration;

namespace Aurora.Core.Messages;

// Requests about workers and quotas: what an operator does, not the owner of a job.

/// <summary>Asks for workers, ordered by id. Result: <see cref="WorkerPage"/>.</summary>
/// <param name="CommandId">See <see cref="ICommand"/>.</param>
/// <param name="User">See <see cref="ICommand"/>.</param>
/// <param name="Name">A worker's id or host name, with <c>*</c> and <c>?</c> as wildcards; null for all.</param>
/// <param name="After">The <see cref="WorkerPage.Next"/> of the page before; null for the first.</param>
/// <param name="Limit">Page size, 1 to 1,000.</param>
public sealed record GetWorkers(Guid CommandId, string User, string? Name, string? After, int Limit) : ICommand;

/// <summary>
/// Empties workers for maintenance (aurora-spec section 8.4): they get no new tasks, and their tasks are ended and started elsewhere as far as the jobs' SLA policies
/// allow; after the timeout without asking them. A second drain of a worker replaces the first. Refused as a whole when a worker is not known (AUR2011).
/// Result: <see cref="WorkersChanged"/>.
/// </summary>
/// <param name="CommandId">See <see cref="ICommand"/>.</param>
/// <param name="User">See <see cref="ICommand"/>.</param>
/// <param name="Workers">Ids or host names, 1 to 1,000.</param>
/// <param name="DefaultPolicy">For jobs without a policy of their own; null takes 95 % for 30 min.</param>
/// <param name="TimeoutSecs">After how many seconds the rest is drained without asking policies: 0 (at once) to 30 d; null takes 7 d.</param>
/// <param name="Message">Why, for histories; at most 1,024 characters.</param>
public sealed record DrainWorkers(
    Guid CommandId, string User, IReadOnlyList<string> Workers, SlaPolicyConfiguration? DefaultPolicy, int? TimeoutSecs, string? Message) : ICommand;

/// <summary>
/// Announces maintenance (Aurora's <c>host_deactivate</c>): the workers are chosen last, and keep their tasks. Those that are being drained, or are drained, stay so.
/// Refused as a whole when one is not known (AUR2011).
/// Result: <see cref="WorkersChanged"/>.
/// </summary>
/// <param name="CommandId">See <see cref="ICommand"/>.</param>
/// <param name="User">See <see cref="ICommand"/>.</param>
/// <param name="Workers">Ids or host names, 1 to 1,000.</param>
/// <param name="Message">Why, for histories; at most 1,024 characters.</param>
public sealed record DeactivateWorkers(Guid CommandId, string User, IReadOnlyList<string> Workers, string? Message) : ICommand;

/// <summary>Ends maintenance: the workers get tasks again. Tasks that are being drained go on to their end. Refused when one is not known (AUR2011). Result: <see cref="WorkersChanged"/>.</summary>
/// <param name="CommandId">See <see cref="ICommand"/>.</param>
/// <param name="User">See <see cref="ICommand"/>.</param>
/// <param name="Workers">Ids or host names, 1 to 1,000.</param>
public sealed record ActivateWorkers(Guid CommandId, string User, IReadOnlyList<string> Workers) : ICommand;

/// <summary>Asks for quotas with what is used of them, ordered by role. Result: <see cref="QuotaPage"/>.</summary>
/// <param name="CommandId">See <see cref="ICommand"/>.</param>
/// <param name="User">See <see cref="ICommand"/>.</param>
/// <param name="Role">A name with <c>*</c> and <c>?</c> as wildcards; null for all. A plain name always gets one answer, also without a quota.</param>
/// <param name="After">The <see cref="QuotaPage.Next"/> of the page before; null for the first.</param>
/// <param name="Limit">Page size, 1 to 1,000.</param>
public sealed record GetQuotas(Guid CommandId, string User, string? Role, string? After, int Limit) : ICommand;

/// <summary>
/// Grants a role what its production tasks may use together (aurora-spec section 8.1). Refused when less than what they use now (AUR2012).
/// Result: <see cref="QuotaSet"/>.
/// </summary>
/// <param name="CommandId">See <see cref="ICommand"/>.</param>
/// <param name="User">See <see cref="ICommand"/>.</param>
/// <param name="Role">The role.</param>
/// <param name="Quota">The grant.</param>
public sealed record SetQuota(Guid CommandId, string User, string Role, QuotaAmount Quota) : ICommand;

/// <summary>An amount of what quotas count (aurora-spec section 8.1).</summary>
/// <param name="Cpu">Cores, 0 or more.</param>
/// <param name="Ram">Memory in bytes, 0 or more.</param>
/// <param name="Disk">Disk in bytes, 0 or more.</param>
public sealed record QuotaAmount(double Cpu, long Ram, long Disk)
{
    /// <summary>Nothing.</summary>
    public static QuotaAmount Zero { get; } = new(0, 0, 0);
}
