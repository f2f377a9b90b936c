using System.Collections.Immutable;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>Merges what a worker says of a task's processes into what is known, so that a repeated or late report never takes a process back.</summary>
internal static class ProcessReports
{
    /// <summary>Merges.</summary>
    /// <param name="known">What is known.</param>
    /// <param name="reported">What is said.</param>
    /// <returns>The newest of both for each process; the very same array when nothing is new.</returns>
    public static ImmutableArray<ProcessReport> Merge(ImmutableArray<ProcessReport> known, IReadOnlyList<ProcessReport> reported)
    {
        if (known.IsEmpty)
            return reported.Count == 0 ? known : [.. reported];

        var result = known;
        foreach (var report in reported)
        {
            var index = IndexOf(result, report.Name);
            if (index < 0)
                result = result.Add(report);
            else if (IsNewer(report, result[index]))
                result = result.SetItem(index, report);
        }

        return result;
    }

    private static int IndexOf(ImmutableArray<ProcessReport> reports, string name)
    {
        for (var i = 0; i < reports.Length; i++)
        {
            if (string.Equals(reports[i].Name, name, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }

    private static bool IsNewer(ProcessReport a, ProcessReport b) =>
        a != b && (a.Run > b.Run || (a.Run == b.Run && Stage(a.State) >= Stage(b.State) && !(IsEnd(b.State) && b.State != a.State)));

    private static int Stage(ProcessState state) => IsEnd(state) ? 3 : (int)state;

    private static bool IsEnd(ProcessState state) => state is ProcessState.Success or ProcessState.Killed or ProcessState.Failed or ProcessState.Lost;
}
