using Aurora.Core.Jobs;

namespace Aurora.Broker.Scheduling;

/// <summary>Identical pending tasks: of one job, with one configuration.</summary>
/// <param name="Job">The job.</param>
/// <param name="Need">What each task is granted.</param>
/// <param name="Count">How many wait.</param>
internal sealed record GroupDemand(JobKey Job, Capacity Need, int Count);

/// <summary>What a placement round decided for one group.</summary>
/// <param name="Workers">A worker per placed task, in the order of the waiting tasks.</param>
/// <param name="PendingReason">Why the rest waits; null when none does.</param>
internal sealed record GroupPlacement(IReadOnlyList<WorkerId> Workers, string? PendingReason);
