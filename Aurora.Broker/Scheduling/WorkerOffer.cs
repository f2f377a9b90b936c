using Aurora.Core.Jobs;

namespace Aurora.Broker.Scheduling;

/// <summary>A worker as placement sees it.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Presence">Whether it can take tasks now.</param>
/// <param name="Total">What it has.</param>
/// <param name="Free">What of it nobody holds.</param>
/// <param name="TasksByJob">How many tasks of each job are on it; a job without any may be absent.</param>
internal sealed record WorkerOffer(
    WorkerId Worker, WorkerPresence Presence, Capacity Total, Capacity Free, IReadOnlyDictionary<JobKey, int> TasksByJob);

/// <summary>Whether a worker is there.</summary>
internal enum WorkerPresence
{
    /// <summary>Known from the store, and not heard of since this broker leads.</summary>
    Expected,

    /// <summary>Its heartbeats come.</summary>
    Up,

    /// <summary>Its heartbeats stayed away for too long.</summary>
    Down,

    /// <summary>Its heartbeats come, but it is being emptied and takes no tasks.</summary>
    Draining,
}
