using Aurora.Core.Messages;

namespace Aurora.Client.Workers;

/// <summary>How far a drain is.</summary>
/// <param name="Workers">The workers that are being drained, as they are now.</param>
public sealed record DrainProgress(IReadOnlyList<WorkerSummary> Workers)
{
    /// <summary>How many workers are drained.</summary>
    public int Drained => Workers.Count(w => w.Mode == MaintenanceMode.Drained);

    /// <summary>How many tasks are still on the workers.</summary>
    public int TasksLeft => Workers.Sum(w => w.Tasks);

    /// <summary>The progress in words.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Drained} of {Workers.Count} workers drained, {TasksLeft} tasks left";
}
