using Aurora.Worker.Isolation;

namespace Aurora.Worker.Processes;

/// <summary>
/// Starts processes, watches them, and ends them with everything that they started. What it starts outlives this agent: a later agent on the
/// same worker folder finds it through <see cref="RecoverAsync"/>. Linux: a shim per role (see Aurora.Shim). Windows: Job Objects.
/// </summary>
internal interface IProcessLauncher : IAsyncDisposable
{
    /// <summary>
    /// Every end of a process, once per <see cref="ProcessRunKey"/>, also of those that ended while no agent was there.
    /// An end stays known to the launcher, and is given again after a restart, until <see cref="Forget"/>.
    /// </summary>
    event Action<ProcessExit> Exited;

    /// <summary>Says whether this worker can run processes as the role: whether the user exists, and whether it may become it. Cheap; asks the system each time.</summary>
    /// <param name="role">The role, an operating-system user's name.</param>
    /// <returns>Null when it can; otherwise the fault (AUR4001 or AUR4002) with the role, and the rule in words.</returns>
    Core.Errors.Fault? CheckRole(string role);

    /// <summary>Starts a process. Idempotent by key: a key that was started before gives the same identity again and starts nothing.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="cancellationToken">Gives up waiting; the process may still be started, and is then found by key.</param>
    /// <returns>The started process, or why it could not be started.</returns>
    Task<LaunchOutcome> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken);

    /// <summary>Sends SIGTERM (Windows: CTRL_BREAK, and sets the event that <c>AURORA_STOP_EVENT</c> names) to the process's group and to what it started elsewhere. Nothing happens when it has ended.</summary>
    /// <param name="key">The run.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends when the signal was sent.</returns>
    Task TerminateAsync(ProcessRunKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the whole tree with SIGKILL, stragglers of an ended process included. Never touches a process that this worker did not start
    /// (identity is boot id, pid and start time together).
    /// </summary>
    /// <param name="key">The run.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends when nothing of the tree is left.</returns>
    Task KillAsync(ProcessRunKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Ends what an ended run has left in its own session or group (Windows: in its job). Daemons that left the session stay: they belong to the task, and end with it
    /// (aurora-spec section 3.3). Nothing happens while the run's own process lives.
    /// </summary>
    /// <param name="key">The run.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends when nothing of that is left.</returns>
    Task CleanUpAsync(ProcessRunKey key, CancellationToken cancellationToken);

    /// <summary>Drops what is known of an ended run. The caller has recorded its end.</summary>
    /// <param name="key">The run.</param>
    void Forget(ProcessRunKey key);

    /// <summary>
    /// Called once, at start, before anything is launched: finds what earlier agents started for the given role and reports ends that nobody heard of.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Every run that the launcher knows of and that was not forgotten.</returns>
    Task<IReadOnlyList<RecoveredRun>> RecoverAsync(CancellationToken cancellationToken);
}

/// <summary>Names one run of one process of one task; the idempotency key of a launch.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Process">The process's name.</param>
/// <param name="Run">The run, from 0.</param>
internal sealed record ProcessRunKey(string TaskId, string Process, int Run);

/// <summary>What makes a process the same process, also after pids are used again or the machine has been restarted.</summary>
/// <param name="BootId">The boot that it belongs to (<c>/proc/sys/kernel/random/boot_id</c>).</param>
/// <param name="Pid">Its process id; also its session and group id.</param>
/// <param name="StartTime">When it started, in clock ticks since boot (<c>/proc/PID/stat</c> field 22).</param>
internal sealed record ProcessIdentity(string BootId, int Pid, long StartTime);

/// <summary>What to run, as a value.</summary>
/// <param name="Key">The idempotency key.</param>
/// <param name="Role">The user to run as; when the agent is not root it runs as its own user, which the caller has checked.</param>
/// <param name="Arguments">The argument vector; the first is an absolute path.</param>
/// <param name="Environment">The whole environment; nothing is inherited.</param>
/// <param name="WorkingDirectory">An absolute path; it exists.</param>
/// <param name="StandardOutput">Where stdout goes.</param>
/// <param name="StandardError">Where stderr goes.</param>
internal sealed record LaunchRequest(
    ProcessRunKey Key,
    string Role,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string WorkingDirectory,
    OutputTarget StandardOutput,
    OutputTarget StandardError)
{
    /// <summary>How the process comes into its task's cgroup before its first instruction; null where there is none. Linux only.</summary>
    public GroupEntry? Group { get; init; }

    /// <summary>What the task may use; Windows puts it on the task's job object. Linux enforces it by <see cref="Group"/> or by sampling, and looks at
    /// <see cref="TaskLimits.MaxProcesses"/> only (RLIMIT_NPROC) where there is no group.</summary>
    public TaskLimits? Limits { get; init; }
}

/// <summary>Either a started process or the reason why there is none.</summary>
/// <param name="Identity">The process, when it was started.</param>
/// <param name="StartedAt">When it was started.</param>
/// <param name="Fault">Why not (AUR4001, AUR4002, AUR4003), otherwise.</param>
internal sealed record LaunchOutcome(ProcessIdentity? Identity, DateTimeOffset? StartedAt, Core.Errors.Fault? Fault);

/// <summary>The end of a process. Exit code and signal are different things; both are null when nobody saw the end (the shim was dead), and it is never guessed.</summary>
/// <param name="Key">The run.</param>
/// <param name="ExitCode">The exit code, 0 to 255, when it exited.</param>
/// <param name="Signal">The signal's number, when one ended it.</param>
/// <param name="EndedAt">When it ended, or when it was found gone.</param>
internal sealed record ProcessExit(ProcessRunKey Key, int? ExitCode, int? Signal, DateTimeOffset EndedAt)
{
    /// <summary>What the run used, with everything that it waited for; null when nobody saw the end.</summary>
    public RunUsage? Usage { get; init; }

    /// <summary>Whether it was seen that the run has left nothing behind, so that there is nothing for <see cref="IProcessLauncher.CleanUpAsync"/> to do. False where that is not known.</summary>
    public bool LeftNothing { get; init; }
}

/// <summary>What an ended run used (Linux: its rusage, which counts the descendants that were waited for).</summary>
/// <param name="CpuSecs">Processor time, in seconds.</param>
/// <param name="RamPeak">The greatest resident size of a single one of its processes, in bytes; 0 when it cannot be told apart from the shim's own (some 40 MB).</param>
internal sealed record RunUsage(double CpuSecs, long RamPeak);

/// <summary>A run found after a restart of the agent.</summary>
/// <param name="Key">The run.</param>
/// <param name="Identity">The process.</param>
/// <param name="StartedAt">When it was started.</param>
/// <param name="Exit">Its end, when it has ended; it is not given through <see cref="IProcessLauncher.Exited"/> again.</param>
internal sealed record RecoveredRun(ProcessRunKey Key, ProcessIdentity Identity, DateTimeOffset StartedAt, ProcessExit? Exit);
