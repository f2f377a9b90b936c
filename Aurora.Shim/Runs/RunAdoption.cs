using Aurora.Shim.Trees;

namespace Aurora.Shim.Runs;

/// <summary>Decides what became of the runs in the journal of a shim that is gone. Pure: boot, processes and time are arguments.</summary>
internal static class RunAdoption
{
    /// <summary>
    /// A recorded end is true. A process of another boot has ended. One that still is the same process (boot, pid, start time) is adopted. One that is gone
    /// ended in a way that nobody saw. One that was only intended is looked for by its marker; where nothing carries it, it never started.
    /// </summary>
    /// <param name="run">The run as the journal has it.</param>
    /// <param name="bootId">This boot.</param>
    /// <param name="processes">Every process of the machine.</param>
    /// <param name="hasMarker">Says whether a process carries the run's marker.</param>
    /// <param name="now">Now, in milliseconds since 1970 (UTC).</param>
    /// <returns>The run as it is now; null when it never started.</returns>
    public static RunState? Decide(RunState run, string bootId, IReadOnlyList<ProcStat> processes, Func<int, bool> hasMarker, long now)
    {
        if (run.End is not null)
        {
            return run.Started ? run with { Adopted = true } : null;
        }

        if (!run.Started)
        {
            return FindIntended(run, bootId, processes, hasMarker, now);
        }

        var lives = run.BootId == bootId && processes.Any(p => p.Pid == run.Pid && p.StartTime == run.StartTime && !p.Ended);
        return run with { Adopted = true, End = lives ? null : Unknown(now) };
    }

    private static RunState? FindIntended(RunState run, string bootId, IReadOnlyList<ProcStat> processes, Func<int, bool> hasMarker, long now)
    {
        var marked = processes.Where(p => !p.Ended && hasMarker(p.Pid)).OrderBy(p => p.StartTime).ThenBy(p => p.Pid).ToList();
        if (marked.Count == 0)
        {
            return null;
        }

        // The oldest one is what was started, if it leads its session; otherwise the leader has ended and left others behind.
        var oldest = marked[0];
        var leads = oldest.Session == oldest.Pid;
        return run with
        {
            BootId = bootId,
            Pid = leads ? oldest.Pid : oldest.Session,
            StartTime = oldest.StartTime,
            StartedAt = now,
            Adopted = true,
            End = leads ? null : Unknown(now),
        };
    }

    private static RunEnd Unknown(long now) => new(null, null, now);
}
