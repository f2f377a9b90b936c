using System.Globalization;
using Aurora.Shim.Native;
using Aurora.Shim.Trees;

namespace Aurora.Shim.Groups;

/// <summary>
/// Bounds how many processes a run can start where there is no control group for it: RLIMIT_NPROC, which counts all processes and threads of the user. So those which are
/// there already are added, and room for as many as the run may start comes on top: whoever judges by counting must be able to see more than is allowed, and what others of
/// the role start later takes from the same room. As long as they start fewer than that, a run that takes too much is seen; when several do at once, the ones that are seen
/// are ended, which makes room for the next to be seen. Weak: the role's runs share what is left, and root is not bound by it.
/// </summary>
/// <remarks>
/// All processes are looked at at most once a second; in between, the count is raised by what the machine as a whole has gained, so that a run that starts just after a
/// hundred others is not held below what it may use.
/// </remarks>
internal sealed unsafe class ProcessLimit
{
    private const int Processes = 6;
    private const long Freshness = 1000;

    private long _count;
    private long _readAt = -Freshness;
    private long _threadsThen;
    private Libc.ResourceLimit _own;
    private ulong _bound;

    /// <summary>
    /// Bounds this process, so that what it starts next is bounded from its first instruction: a fork bomb that runs for a moment without its bound has children that
    /// never get one. Then <see cref="Leave"/>.
    /// </summary>
    /// <param name="more">How many processes and threads the run may start, greater than 0.</param>
    public void Enter(int more)
    {
        var now = Environment.TickCount64;
        var threads = KernelTasks.Read().Threads; // Before the count: what starts while it is made counts twice rather than never.
        if (now - _readAt >= Freshness)
        {
            (_count, _readAt, _threadsThen) = (Count(), now, threads);
        }

        Libc.ResourceLimit own;
        if (Libc.GetLimit(Processes, &own) != 0)
        {
            throw new IOException($"getrlimit: {Libc.Describe(Libc.LastError)}");
        }

        _own = own;
        _bound = Math.Min((ulong)(_count + Math.Max(0, threads - _threadsThen) + (2L * more)), own.Hard);
        own.Soft = _bound;
        _ = Libc.SetLimit(Processes, &own);
    }

    /// <summary>Takes the bound back from this process, and makes it final for what was started.</summary>
    /// <param name="pid">What was started; 0 for nothing.</param>
    public void Leave(int pid)
    {
        var own = _own;
        _ = Libc.SetLimit(Processes, &own);
        if (pid != 0)
        {
            var limit = new Libc.ResourceLimit { Soft = _bound, Hard = _bound };
            _ = Libc.SystemCall(Libc.IsX64 ? 302 : 261, pid, Processes, (nint)(&limit), 0);
        }
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
