namespace Aurora.Shim.Trees;

/// <summary>Decides which processes belong to a run. Pure: the processes are an argument.</summary>
internal static class ProcessTree
{
    /// <summary>
    /// The run's members: its leader, everything in the leader's session or group, what descends from any of these, and what carries the run's marker.
    /// A session's number cannot be given to another process while anything is in it. So what sits in the session and was there when the leader
    /// ended is ours; what came later must show by descent or marker that it is.
    /// </summary>
    /// <param name="all">Every process of the machine.</param>
    /// <param name="root">The run's leader.</param>
    /// <param name="isMarked">Says whether a process carries the run's marker, or is known to belong to it; asked only for those that no other rule takes in.</param>
    /// <param name="self">This process, which is never a member.</param>
    /// <returns>The living members, the leader included while it lives.</returns>
    public static List<ProcStat> Members(IReadOnlyList<ProcStat> all, TreeRoot root, Func<ProcStat, bool> isMarked, int self)
    {
        var byParent = all.ToLookup(p => p.Parent);
        var found = new Dictionary<int, ProcStat>();
        var open = new Stack<ProcStat>();
        foreach (var process in all)
        {
            if (IsOwn(process, root) || (!process.Ended && !IsKernelThread(process) && isMarked(process)))
            {
                open.Push(process);
            }
        }

        while (open.TryPop(out var process))
        {
            // Zombies stay in the walk for their children's sake, but there is nothing left of them to signal.
            if (process.Pid == self || process.Pid <= 1 || !found.TryAdd(process.Pid, process))
            {
                continue;
            }

            foreach (var child in byParent[process.Pid])
            {
                open.Push(child);
            }
        }

        return [.. found.Values.Where(p => !p.Ended)];
    }

    private static bool IsOwn(ProcStat process, TreeRoot root)
    {
        if (process.Pid == root.Pid)
        {
            return process.StartTime == root.StartTime;
        }

        return (process.Session == root.Pid || process.Group == root.Pid)
            && process.StartTime >= root.StartTime
            && (root.EndedAtTicks is not { } ended || process.StartTime <= ended);
    }

    private static bool IsKernelThread(ProcStat process) => process.Pid == 2 || process.Parent == 2;
}

/// <summary>The leader of a run's session.</summary>
/// <param name="Pid">Its pid.</param>
/// <param name="StartTime">Its start time, in clock ticks since boot.</param>
/// <param name="EndedAtTicks">When it was seen to end, in clock ticks since boot; null while it lives; 0 when nobody saw it.</param>
internal readonly record struct TreeRoot(int Pid, long StartTime, long? EndedAtTicks);
