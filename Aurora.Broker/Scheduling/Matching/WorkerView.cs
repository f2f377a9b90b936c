namespace Aurora.Broker.Scheduling.Matching;

/// <summary>A worker as the matcher sees it. It need not be as it is now: preemption asks with the room that there would be without some tasks (<c>with</c>).</summary>
/// <param name="Standing">Whether it takes tasks.</param>
/// <param name="Free">What of it nobody holds.</param>
/// <param name="Attributes">Its attributes.</param>
internal readonly record struct WorkerView(WorkerStanding Standing, Capacity Free, WorkerAttributes Attributes)
{
    /// <summary>The port numbers that tasks there listen on; null for none.</summary>
    public IReadOnlyCollection<int>? StaticPorts { get; init; }

    /// <summary>Whether it is kept for another group.</summary>
    public bool IsReserved { get; init; }
}
