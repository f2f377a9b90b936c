using Aurora.Broker.State;
using Aurora.Core.Tasks;

namespace Aurora.Simulation.Coverage;

/// <summary>The tables with how often each cell was met, and the cells that were not.</summary>
internal static class CoverageReport
{
    public static void Write(TransitionCoverage coverage, TextWriter output)
    {
        output.WriteLine("task states (from, to: times)");
        foreach (var row in TransitionCoverage.TaskCells.GroupBy(c => c.From))
            output.WriteLine($"  {row.Key,-12} {string.Join("  ", row.Select(c => $"{c.To} {coverage.Tasks.GetValueOrDefault(c)}"))}");
        output.WriteLine("update statuses");
        foreach (var row in TransitionCoverage.UpdateCells.GroupBy(c => c.From))
            output.WriteLine($"  {row.Key,-26} {string.Join("  ", row.Select(c => $"{c.To} {coverage.Updates.GetValueOrDefault(c)}"))}");
        output.WriteLine("maintenance modes");
        foreach (var row in coverage.Modes.OrderBy(m => m.Key).GroupBy(m => m.Key.From))
            output.WriteLine($"  {row.Key,-12} {string.Join("  ", row.Select(m => $"{m.Key.To} {m.Value}"))}");
        Write("task cells", MissedTasks(coverage), TransitionCoverage.IsOutOfReach, c => $"{c.From}→{c.To}", output);
        Write("update cells", MissedUpdates(coverage), TransitionCoverage.IsOutOfReach, c => $"{c.From}→{c.To}", output);
    }

    private static void Write<TCell>(string what, IReadOnlyList<TCell> missed, Func<TCell, bool> isOutOfReach, Func<TCell, string> show, TextWriter output)
    {
        output.WriteLine($"{what} that nothing in this release leads to: {string.Join(", ", missed.Where(isOutOfReach).Select(show))}");
        var left = missed.Where(c => !isOutOfReach(c)).Select(show).ToArray();
        output.WriteLine(left.Length == 0 ? $"{what}: all others were met" : $"{what} NOT MET: {string.Join(", ", left)}");
    }

    public static IReadOnlyList<(TaskState From, TaskState To)> MissedTasks(TransitionCoverage coverage) =>
        [.. TransitionCoverage.TaskCells.Where(c => !coverage.Tasks.ContainsKey(c))];

    public static IReadOnlyList<(UpdateStatus From, UpdateStatus To)> MissedUpdates(TransitionCoverage coverage) =>
        [.. TransitionCoverage.UpdateCells.Where(c => !coverage.Updates.ContainsKey(c))];
}
