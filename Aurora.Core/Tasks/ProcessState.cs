namespace Aurora.Core.Tasks;

/// <summary>The state of a process within a task (aurora-spec section 3.1). On the wire in capitals.</summary>
public enum ProcessState
{
    /// <summary>Not started yet, or waiting to be run again.</summary>
    Waiting,

    /// <summary>About to be started.</summary>
    Forked,

    /// <summary>Running.</summary>
    Running,

    /// <summary>Exited with 0.</summary>
    Success,

    /// <summary>Ended by a signal: a loss, not a failure; it is run again.</summary>
    Killed,

    /// <summary>Exited with another code than 0, or could not be started.</summary>
    Failed,

    /// <summary>Ended, and nobody saw how.</summary>
    Lost,
}
