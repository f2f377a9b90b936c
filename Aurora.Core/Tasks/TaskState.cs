namespace Aurora.Core.Tasks;

/// <summary>The state of a task, one attempt at an instance (aurora-spec section 4). On the wire in capitals, for example <c>RUNNING</c>.</summary>
public enum TaskState
{
    /// <summary>Made, not yet stored; no task stays in it.</summary>
    Init,

    /// <summary>Held back because earlier attempts ended too soon.</summary>
    Throttled,

    /// <summary>Waiting for a worker.</summary>
    Pending,

    /// <summary>Placed on a worker that has not acknowledged it yet.</summary>
    Assigned,

    /// <summary>The worker has it and prepares its sandbox.</summary>
    Starting,

    /// <summary>Its processes run.</summary>
    Running,

    /// <summary>Ended well. Terminal.</summary>
    Finished,

    /// <summary>Ended badly. Terminal.</summary>
    Failed,

    /// <summary>Was killed. Terminal.</summary>
    Killed,

    /// <summary>Nobody knows what became of it, or it could not be launched. Terminal.</summary>
    Lost,

    /// <summary>Being killed to make room.</summary>
    Preempting,

    /// <summary>Being killed to be started again.</summary>
    Restarting,

    /// <summary>Being killed because its worker is drained.</summary>
    Draining,

    /// <summary>Being killed because somebody asked for it.</summary>
    Killing,

    /// <summary>Its worker is out of reach.</summary>
    Partitioned,

    /// <summary>Not known any more; no task stays in it.</summary>
    Deleted,
}
