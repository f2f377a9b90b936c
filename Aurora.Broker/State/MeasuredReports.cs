using System.Collections.Immutable;
using Aurora.Core.Messages;

namespace Aurora.Broker.State;

/// <summary>
/// Merges what a worker says of a task's ports and of what it used. A report that says nothing of them changes nothing; what only grows is never
/// taken back by a repeated or late report. The disk can shrink, so there the last word counts.
/// </summary>
internal static class MeasuredReports
{
    /// <summary>Merges.</summary>
    /// <param name="task">What is known.</param>
    /// <param name="report">What is said.</param>
    /// <returns>The task with both; the very same ports and usage when nothing is new.</returns>
    public static TaskRecord Merge(TaskRecord task, TaskReport report)
    {
        var ports = Merge(task.Ports, report.Ports);
        var usage = Merge(task.Usage, report.Usage);
        return ReferenceEquals(ports, task.Ports) && ReferenceEquals(usage, task.Usage) ? task : task with { Ports = ports, Usage = usage };
    }

    private static ImmutableSortedDictionary<string, int> Merge(ImmutableSortedDictionary<string, int> known, IReadOnlyDictionary<string, int>? reported) =>
        reported is null || (reported.Count == known.Count && reported.All(p => known.TryGetValue(p.Key, out var port) && port == p.Value))
            ? known : TaskRecord.NoPorts.AddRange(reported);

    private static ResourceUsage? Merge(ResourceUsage? known, ResourceUsage? reported)
    {
        if (known is null || reported is null)
            return reported ?? known;
        var merged = new ResourceUsage
        {
            CpuSecs = Math.Max(known.CpuSecs, reported.CpuSecs),
            RamPeak = Math.Max(known.RamPeak, reported.RamPeak),
            Disk = reported.Disk ?? known.Disk,
        };
        return merged == known ? known : merged;
    }
}
