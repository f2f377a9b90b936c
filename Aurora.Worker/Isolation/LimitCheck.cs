using System.Globalization;
using Aurora.Core.Errors;

namespace Aurora.Worker.Isolation;

/// <summary>Decides whether a task is over one of its limits, and words it. Pure.</summary>
internal static class LimitCheck
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    /// <summary>Compares a task's use with its limits.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="before">The use at an earlier look, whose events have been dealt with; null counts every event.</param>
    /// <param name="now">The use; null when it is not known.</param>
    /// <param name="disk">Bytes on disk in sandbox and logs; null when they were not measured.</param>
    /// <returns>The breach for people, beginning with its code (AUR4006), naming limit and use; null when there is none.</returns>
    public static string? Breach(TaskLimits limits, TaskUsage? before, TaskUsage? now, long? disk) =>
        (now is null ? null : Memory(limits, before, now) ?? Processes(limits, before, now)) ?? (disk is { } bytes ? Disk(limits, bytes) : null);

    private static string? Memory(TaskLimits limits, TaskUsage? before, TaskUsage now)
    {
        var killed = now.OutOfMemoryKills - (before?.OutOfMemoryKills ?? 0);
        if (killed <= 0 && now.Ram <= limits.RamLimit)
        {
            return null;
        }

        // The kernel keeps the peak at the limit, and some versions a little below it, when it refuses the page that would have been too much.
        var used = Math.Max(killed > 0 ? Math.Max(now.RamPeak, limits.RamLimit) : now.RamPeak, now.Ram);
        var granted = limits.RamAllowance > 0 ? $" ({Amount(limits.Ram)} granted + {Amount(limits.RamAllowance)} allowance)" : " granted";
        var consequence = killed switch
        {
            <= 0 => "",
            1 => "; the kernel ended a process of the task",
            _ => string.Create(CultureInfo.InvariantCulture, $"; the kernel ended {killed} processes of the task"),
        };
        return $"{ErrorCodes.LimitExceeded} memory: used {Amount(used)} of {Amount(limits.RamLimit)}{granted}{consequence}";
    }

    private static string? Processes(TaskLimits limits, TaskUsage? before, TaskUsage now)
    {
        var refused = now.RefusedProcesses - (before?.RefusedProcesses ?? 0);
        if (refused > 0)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{ErrorCodes.LimitExceeded} processes: used {Math.Max(now.Processes, 0)} of {limits.MaxProcesses} processes and threads; the kernel refused to start more, {Times(refused)}");
        }

        return now.Processes > limits.MaxProcesses
            ? string.Create(CultureInfo.InvariantCulture, $"{ErrorCodes.LimitExceeded} processes: used {now.Processes} of {limits.MaxProcesses} processes")
            : null;
    }

    private static string? Disk(TaskLimits limits, long disk) =>
        disk > limits.Disk ? $"{ErrorCodes.LimitExceeded} disk: sandbox and logs use {Amount(disk)} of {Amount(limits.Disk)} granted" : null;

    private static string Times(long count) => count == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{count} times");

    /// <summary>One decimal of the greatest unit that leaves at least 1. (ResourceAmount.Format is exact, and shows a measured amount as a long count of bytes.)</summary>
    private static string Amount(long bytes)
    {
        var unit = 0;
        var value = (double)bytes;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            (value, unit) = (value / 1024, unit + 1);
        }

        return unit == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes} B")
            : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units[unit]}");
    }
}
