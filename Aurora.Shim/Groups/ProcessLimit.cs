using System.Globalization;
using Aurora.Shim.Native;
using Aurora.Shim.Trees;

namespace Aurora.Shim.Groups;

/// <summary>
/// Bounds how many processes a run can start where there is no control group for it: RLIMIT_NPROC, which counts all processes and threads of the user, so that those
/// which are there already are added. Weak: the role's runs share what is left, and root is not bound by it. The count is read at most once a second.
/// </summary>
internal sealed unsafe class ProcessLimit
{
    private const int Processes = 6;
    private const long Freshness = 1000;

    private long _count;
    private long _readAt = -Freshness;

    /// <summary>Bounds a process that was just started.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="more">How many processes and threads it may start, greater than 0.</param>
    public void Set(int pid, int more)
    {
        var now = Environment.TickCount64;
        if (now - _readAt >= Freshness)
        {
            (_count, _readAt) = (Count(), now);
        }

        var bound = (ulong)(_count + more);
        var limit = new Libc.ResourceLimit { Soft = bound, Hard = bound };
        _ = Libc.SystemCall(Libc.IsX64 ? 302 : 261, pid, Processes, (nint)(&limit), 0);
    }

    private static long Count()
    {
        var user = string.Create(CultureInfo.InvariantCulture, $"Uid:\t{Libc.EffectiveUser()}\t");
        long count = 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!char.IsAsciiDigit(folder["/proc/".Length]) || ProcFs.ReadText($"{folder}/status") is not { } status || !status.Contains(user, StringComparison.Ordinal))
            {
                continue;
            }

            var threads = status.Split('\n').FirstOrDefault(l => l.StartsWith("Threads:", StringComparison.Ordinal));
            count += threads is not null && int.TryParse(threads.AsSpan("Threads:".Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 1;
        }

        return count;
    }
}
