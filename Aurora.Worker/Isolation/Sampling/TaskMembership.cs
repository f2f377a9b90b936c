namespace Aurora.Worker.Isolation.Sampling;

/// <summary>
/// Decides which process belongs to which task. Pure: processes and markers are arguments; remembers what earlier looks found, since a process may wipe its environment, or lose
/// its parent. A process belongs to the task of its own marker; else of its session's leader, while that was seen to be the task's; else of its parent.
/// </summary>
/// <param name="self">This process, which never is a member.</param>
internal sealed class TaskMembership(int self)
{
    /// <summary>
    /// For how long after its start a process without a marker is asked again, in clock ticks (10 s): between fork and exec it shows the environment of the one that started it,
    /// and while it is executed none. On a busy machine both take their time.
    /// </summary>
    private const long Undecided = 1000;

    private Dictionary<(int Pid, long StartTime), string?> _known = [];
    private Dictionary<int, (string Task, long LeaderStart)> _sessions = [];

    /// <summary>Divides processes among tasks.</summary>
    /// <param name="all">Every process of the machine.</param>
    /// <param name="now">Now, in clock ticks since boot.</param>
    /// <param name="markerOf">The task of a process's marker, or null.</param>
    /// <returns>The living members of each task.</returns>
    public Dictionary<string, List<ProcessSample>> Divide(IReadOnlyList<ProcessSample> all, long now, Func<int, string?> markerOf)
    {
        var byPid = new Dictionary<int, ProcessSample>(all.Count);
        foreach (var process in all)
        {
            byPid[process.Pid] = process;
        }

        var known = new Dictionary<(int Pid, long StartTime), string?>(all.Count);
        foreach (var process in all)
        {
            if (Own(process, now, markerOf) is var (task, settled) && (settled || task is not null))
            {
                known[process.Identity] = task;
            }
        }

        _known = known;
        var sessions = Sessions(all, byPid);
        var members = new Dictionary<string, List<ProcessSample>>(StringComparer.Ordinal);
        foreach (var process in all)
        {
            if (TaskOf(process, byPid, sessions) is not { } task)
            {
                continue;
            }

            _known[process.Identity] = task;
            if (process.Session == process.Pid)
            {
                sessions[process.Pid] = (task, process.StartTime);
            }

            if (!process.Ended)
            {
                (members.TryGetValue(task, out var list) ? list : members[task] = []).Add(process);
            }
        }

        _sessions = sessions;
        return members;
    }

    private (string? Task, bool Settled) Own(ProcessSample process, long now, Func<int, string?> markerOf)
    {
        if (IsNobodys(process))
        {
            return (null, true);
        }

        if (_known.TryGetValue(process.Identity, out var task))
        {
            return (task, true);
        }

        task = process.Ended ? null : markerOf(process.Pid);
        return (task, now - process.StartTime > Undecided);
    }

    private Dictionary<int, (string Task, long LeaderStart)> Sessions(IReadOnlyList<ProcessSample> all, Dictionary<int, ProcessSample> byPid)
    {
        // A session's number is not given to another one while anything is in it. It may have been given away between two looks; then it has another leader.
        var inUse = all.Select(p => p.Session).ToHashSet();
        var sessions = _sessions
            .Where(s => inUse.Contains(s.Key) && (!byPid.TryGetValue(s.Key, out var leader) || leader.StartTime == s.Value.LeaderStart))
            .ToDictionary();
        foreach (var process in all)
        {
            if (process.Session == process.Pid && _known.GetValueOrDefault(process.Identity) is { } task)
            {
                sessions[process.Pid] = (task, process.StartTime);
            }
        }

        return sessions;
    }

    private string? TaskOf(ProcessSample process, Dictionary<int, ProcessSample> byPid, Dictionary<int, (string Task, long LeaderStart)> sessions)
    {
        // The bound only matters should the looks at single processes, taken one after the other, ever form a ring.
        for (var step = 0; step < byPid.Count; step++)
        {
            if (IsNobodys(process))
            {
                return null;
            }

            if ((_known.GetValueOrDefault(process.Identity) ?? sessions.GetValueOrDefault(process.Session).Task) is { } task)
            {
                return task;
            }

            if (!byPid.TryGetValue(process.Parent, out process))
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Itself, init, and the kernel's threads.</summary>
    private bool IsNobodys(ProcessSample process) => process.Pid == self || process.Pid <= 2 || process.Parent == 2;
}
