namespace Aurora.Core.Tasks;

/// <summary>The sets of task states that rules speak of (aurora-spec section 1).</summary>
public static class TaskStates
{
    /// <summary>Says whether a task in this state occupies its instance: everything from THROTTLED to PARTITIONED, KILLING included.</summary>
    /// <param name="state">The state.</param>
    /// <returns>True when it is active.</returns>
    public static bool IsActive(this TaskState state) => state is TaskState.Throttled or TaskState.Pending || state.IsOnWorker();

    /// <summary>Says whether a task in this state holds resources of a worker: active, and placed.</summary>
    /// <param name="state">The state.</param>
    /// <returns>True when it holds them.</returns>
    public static bool IsOnWorker(this TaskState state) =>
        state is TaskState.Assigned or TaskState.Starting or TaskState.Running or TaskState.Partitioned || state.IsBeingEnded();

    /// <summary>Says whether a task in this state is being ended on purpose: its worker was told so, and its room comes soon.</summary>
    /// <param name="state">The state.</param>
    /// <returns>True for KILLING, RESTARTING, DRAINING and PREEMPTING.</returns>
    public static bool IsBeingEnded(this TaskState state) =>
        state is TaskState.Killing or TaskState.Restarting or TaskState.Draining or TaskState.Preempting;

    /// <summary>Says whether a state never changes any more.</summary>
    /// <param name="state">The state.</param>
    /// <returns>True when it is terminal.</returns>
    public static bool IsTerminal(this TaskState state) =>
        state is TaskState.Finished or TaskState.Failed or TaskState.Killed or TaskState.Lost;
}
