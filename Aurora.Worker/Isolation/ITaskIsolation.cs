using Aurora.Core.Errors;

namespace Aurora.Worker.Isolation;

/// <summary>
/// Confines the processes of each task as a whole, counts what they use, and finds all of them, however they were started. One contract suite; cgroup v1, cgroup v2, and
/// sampling where cgroups are not permitted. Groups belong to this worker alone (its folder's path is part of their names) and outlive the agent, as processes do.
/// All calls are synchronous and short (files of the kernel); they may come from any thread, for one task one after the other.
/// </summary>
internal interface ITaskIsolation
{
    /// <summary>What this worker can enforce, as host attributes, for example <c>isolation=cgroup_v1</c>, <c>enforces_cpu=shares,quota</c>, <c>enforces_memory=limit</c>.</summary>
    IReadOnlyDictionary<string, string> Attributes { get; }

    /// <summary>Makes the task's group, or finds it, and sets its limits. Idempotent.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="limits">What it may use.</param>
    /// <returns>Why it cannot be made (AUR4004), or null.</returns>
    Fault? Prepare(string taskId, TaskLimits limits);

    /// <summary>How a process comes into the task's group; null where there is no group to come into.</summary>
    /// <param name="taskId">A prepared task.</param>
    /// <returns>The way, or null.</returns>
    GroupEntry? EntryOf(string taskId);

    /// <summary>What the task uses; null when nothing is known of it.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>The usage, or null.</returns>
    TaskUsage? Read(string taskId);

    /// <summary>
    /// The processor time that everything in the task has used since its group was made, whatever has ended included. Cheaper than <see cref="Read"/>: while it stays the same no
    /// process of the task ran, so that nothing else it uses can have grown, and the kernel can have refused it nothing.
    /// </summary>
    /// <param name="taskId">The task.</param>
    /// <returns>Seconds; null when there is no group, and where it is not counted exactly.</returns>
    double? ReadProcessorTime(string taskId) => null;

    /// <summary>How many processes of the task live, zombies not counted.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>The count.</returns>
    int Count(string taskId);

    /// <summary>Whether nothing of the task lives any more. An answer stays true as long as the agent starts nothing for the task.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="since">When the last run of the task was known to be over, a timestamp of the agent's clock.</param>
    /// <returns>What was seen after that moment; null when nobody has looked since: looks are shared, and the caller asks again soon.</returns>
    bool? IsEmpty(string taskId, long since) => Count(taskId) == 0;

    /// <summary>
    /// Sends SIGTERM once to every process of the task, daemons that left their sessions included. Never to a process that is not the task's (handles, not pids).
    /// </summary>
    /// <param name="taskId">The task.</param>
    /// <returns>How many got it.</returns>
    int Terminate(string taskId);

    /// <summary>
    /// After <see cref="Terminate"/>: sends SIGTERM to each process that was there then and was not found. What the task has started since is left alone, to clean up.
    /// </summary>
    /// <param name="taskId">The task.</param>
    /// <returns>Whether there may be more of them: the caller repeats it while the task has time to end. A group finds all of its members at once, and says false.</returns>
    bool TerminateRest(string taskId) => false;

    /// <summary>Sends SIGKILL to every process of the task, also to those that are being forked meanwhile. The caller repeats it until nothing is left.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>How many were still there when it was sent; 0 when nothing is left.</returns>
    int Kill(string taskId);

    /// <summary>Removes the group of a task of which nothing is left. Nothing happens when there is none.</summary>
    /// <param name="taskId">The task.</param>
    void Remove(string taskId);

    /// <summary>Removes again what <see cref="Remove"/> could not, since a process that had just ended kept it busy for a moment. Costs nothing when there is none.</summary>
    void RemoveLeftovers()
    {
    }

    /// <summary>At the agent's start: kills what is in groups of this worker that belong to no known task, and removes those groups.</summary>
    /// <param name="known">The tasks that are known.</param>
    /// <returns>The names of the groups that were removed.</returns>
    IReadOnlyList<string> RemoveOthers(IReadOnlySet<string> known);

    /// <summary>At the agent's end: removes what is empty of the worker's own tree of groups.</summary>
    void Close();
}
