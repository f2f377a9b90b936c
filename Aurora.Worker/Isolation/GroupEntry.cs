namespace Aurora.Worker.Isolation;

/// <summary>
/// How a process comes into its task's cgroup before its first instruction. The files are the worker's (root's), so the agent opens them and hands the open descriptors to the
/// shim, which has become the role: the kernel judges a write to them by who opened them.
/// </summary>
/// <param name="Files">The control files to write <c>0</c> ("the writer") into, absolute paths, at least one.</param>
/// <param name="Way">Who writes.</param>
internal sealed record GroupEntry(IReadOnlyList<string> Files, GroupEntryWay Way);

/// <summary>Who writes itself into a cgroup.</summary>
internal enum GroupEntryWay
{
    /// <summary>cgroup v1: the shim's thread that spawns goes into the group (<c>tasks</c> moves single threads), its child is born there, and it goes back.</summary>
    SpawningThread,

    /// <summary>cgroup v2: memory cannot be divided among threads there. The child writes itself into <c>cgroup.procs</c> by a few words of <c>/bin/sh</c>, and then executes the program.</summary>
    Child,
}
