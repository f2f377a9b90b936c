using System.Globalization;
using Aurora.Shim.Trees;

namespace Aurora.Shim.Runs;

/// <summary>
/// The most memory that this process has held. A child is made by vfork and shares this process's memory until it executes its program; the kernel counts
/// that as the child's own peak. So a peak that is not above this one says nothing about the child. Read again at most once a second: it costs a file.
/// </summary>
internal sealed class OwnPeak
{
    private const long Freshness = 1000;

    private long _kib;
    private long _readAt = -Freshness;

    /// <summary>What is known of a child's peak.</summary>
    /// <param name="kib">What the kernel says, in KiB.</param>
    /// <returns>The same, or 0 when it may be this process's own.</returns>
    public long Above(long kib)
    {
        var now = Environment.TickCount64;
        if (now - _readAt >= Freshness)
        {
            (_kib, _readAt) = (Math.Max(_kib, Read()), now);
        }

        // A tenth more: the kernel's counters are exact only to some pages per thread, and this process may have grown since.
        return kib > _kib + (_kib / 10) ? kib : 0;
    }

    private static long Read()
    {
        const string field = "VmHWM:";
        var line = (ProcFs.ReadText("/proc/self/status") ?? "").Split('\n').FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal));
        return line is not null && long.TryParse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var kib)
            ? kib : 0;
    }
}
