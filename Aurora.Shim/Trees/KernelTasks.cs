using System.Globalization;

namespace Aurora.Shim.Trees;

/// <summary>What <c>/proc/loadavg</c> tells of all processes at once, for the price of one small read.</summary>
/// <param name="Threads">How many processes and threads there are, zombies included; 0 where the kernel does not tell.</param>
/// <param name="LastPid">The pid that was given out last, as this process sees pids; 0 where the kernel does not tell.</param>
internal readonly record struct KernelTasks(long Threads, int LastPid)
{
    /// <summary>Reads them.</summary>
    /// <returns>The numbers; zeros where they cannot be read.</returns>
    public static KernelTasks Read() => Parse(ProcFs.ReadText("/proc/loadavg") ?? "");

    /// <summary>Reads the line.</summary>
    /// <param name="line">The content of the file, for example <c>0.20 0.18 0.12 1/80 11206</c>.</param>
    /// <returns>The numbers; zeros where the line is not of that form.</returns>
    public static KernelTasks Parse(string line)
    {
        var fields = line.Trim().Split(' ');
        return fields is [_, _, _, var tasks, var last] && tasks.Split('/') is [_, var all] && Number(all) is { } threads && Number(last) is { } pid
            ? new KernelTasks(threads, pid)
            : default;
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
