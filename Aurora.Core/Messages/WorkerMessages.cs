using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Core.Messages;

// ── Worker to broker, on queue aurora.status ──────────────────────────────────────────────────────────────────────────────────

/// <summary>
/// A worker says that it is there: at its start, after its bus was away, and when asked (<see cref="SendHello"/>). Carries every task that the worker has on
/// disk and that the broker has not acknowledged as ended, so that both sides agree again whatever was lost in between.
/// </summary>
/// <param name="Worker">The worker.</param>
/// <param name="Session">New at each start of the agent.</param>
/// <param name="Host">Its host name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Total">What it offers.</param>
/// <param name="Attributes">Its attributes, also what it can enforce.</param>
/// <param name="Tasks">Its tasks.</param>
public sealed record WorkerHello(
    WorkerId Worker, Guid Session, string Host, string Version, ResourceGrant Total, IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<TaskReport> Tasks)
{
    /// <summary>The worker is being emptied (<c>aurora-worker --drain</c>): it takes no more tasks, and ends those that it has.</summary>
    public bool Draining { get; set; }

    /// <summary>How many ports it can give to tasks; null where it did not say, and then they are not counted.</summary>
    public int? PortCount { get; set; }

    /// <summary>Counts what the session says, this hello included; a lower number that comes later was overtaken. Null from a worker that does not count.</summary>
    public long? Sequence { get; set; }

    /// <summary>
    /// The sessions that were on the worker's folder before this one, the last one first. An agent that does not name the session that the broker knows is not its successor
    /// but another agent under the same id. Null from a worker that does not keep them.
    /// </summary>
    public IReadOnlyList<Guid>? PreviousSessions { get; set; }
}

/// <summary>A worker says that it is still there. The first one of a session comes after its <see cref="WorkerHello"/>.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Session">As in its hello.</param>
public sealed record WorkerHeartbeat(WorkerId Worker, Guid Session)
{
    /// <summary>Counts the session's heartbeats; set on those that shall be answered by <see cref="HeartbeatHeard"/>, and null on the others.</summary>
    public long? AnswerTo { get; set; }

    /// <summary>As in <see cref="WorkerHello.Sequence"/>.</summary>
    public long? Sequence { get; set; }

    /// <summary>
    /// What a hello would list now, as <see cref="Aurora.Core.Tasks.TaskDigest"/> writes it. Where it stays different from what the broker has, the broker asks for the
    /// hello, and so notices what was lost. Null from a worker that makes none.
    /// </summary>
    public string? TasksDigest { get; set; }
}

/// <summary>Tasks changed. Sent again until the bus has confirmed it; a repeated or stale report changes nothing.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Session">As in its hello.</param>
/// <param name="Tasks">The tasks, in order of change.</param>
public sealed record TasksReported(WorkerId Worker, Guid Session, IReadOnlyList<TaskReport> Tasks)
{
    /// <summary>As in <see cref="WorkerHello.Sequence"/>.</summary>
    public long? Sequence { get; set; }
}

/// <summary>What a worker says of one task.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="State">STARTING, RUNNING, FINISHED, FAILED, KILLED or LOST.</param>
/// <param name="At">When it came to be so, by the worker's clock.</param>
/// <param name="Message">Why, if there is something to say; begins with a code when there is one.</param>
/// <param name="Processes">Its processes.</param>
public sealed record TaskReport(TaskId TaskId, TaskState State, DateTimeOffset At, string? Message, IReadOnlyList<ProcessReport> Processes)
{
    /// <summary>The ports that the task was given, by name, aliases and static ones included; null before it has any.</summary>
    public IReadOnlyDictionary<string, int>? Ports { get; set; }

    /// <summary>What the task has used so far; null where nothing was measured yet.</summary>
    public ResourceUsage? Usage { get; set; }
}

// ── Broker to worker, on queue aurora.worker.<id> ─────────────────────────────────────────────────────────────────────────────

/// <summary>Run this task. A worker that has it, or had it, does not run it again but reports it again.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Job">Its job.</param>
/// <param name="Instance">Its instance.</param>
/// <param name="Task">What to run.</param>
public sealed record LaunchTask(TaskId TaskId, JobKey Job, int Instance, TaskConfiguration Task)
{
    /// <summary>How the task's health is checked.</summary>
    public HealthCheckConfiguration HealthCheckConfig { get; set; } = new();

    /// <summary>The HTTP calls made before it is killed.</summary>
    public LifecycleConfiguration Lifecycle { get; set; } = new() { Http = new() };

    /// <summary>Aliases and static numbers of its ports; null for none.</summary>
    public AnnounceConfiguration? Announce { get; set; }

    /// <summary>
    /// After how many seconds without a word of the leader the worker ends the task by itself (the job's <c>partition_policy.stop_after_secs</c>); null for never.
    /// </summary>
    public int? StopAfterSecs { get; set; }
}

/// <summary>End this task. A worker that does not know it reports it LOST; one that has ended it reports its end again.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Reason">Why, for the task's history.</param>
public sealed record KillTask(TaskId TaskId, string Reason);

/// <summary>The broker has stored the ends of these tasks: the worker need not report them any more, and may clean up when its retention allows.</summary>
/// <param name="Tasks">The tasks.</param>
public sealed record EndsRecorded(IReadOnlyList<TaskId> Tasks);

/// <summary>The broker does not know the worker, or has just become leader: it asks for a <see cref="WorkerHello"/>.</summary>
public sealed record SendHello;

/// <summary>
/// The leader has heard a heartbeat that asked for it (<see cref="WorkerHeartbeat.AnswerTo"/>). The worker knows by it that it was not cut off when it sent that
/// heartbeat, whatever the clocks of both say.
/// </summary>
/// <param name="Session">As in the heartbeat; another session's answer means nothing.</param>
/// <param name="Number">The heartbeat's number.</param>
public sealed record HeartbeatHeard(Guid Session, long Number);

/// <summary>A request, answered by <see cref="RoleChecked"/>: can the worker run processes as this role?</summary>
/// <param name="Role">The role.</param>
public sealed record CheckRole(string Role);

/// <summary>The answer to <see cref="CheckRole"/>.</summary>
/// <param name="Role">The role.</param>
/// <param name="Fault">Why not (AUR4001, AUR4002); null when it can.</param>
public sealed record RoleChecked(string Role, Fault? Fault);

/// <summary>A request, answered by <see cref="LogRead"/>. Fields as in <see cref="ReadTaskLog"/>.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Process">The process's name, or null.</param>
/// <param name="Run">The run, or null.</param>
/// <param name="Stream"><c>stdout</c> or <c>stderr</c>.</param>
/// <param name="Offset">From which byte; negative counts from the end.</param>
/// <param name="MaxBytes">At most so many bytes.</param>
public sealed record ReadLog(TaskId TaskId, string? Process, int? Run, string Stream, long Offset, int MaxBytes);

/// <summary>The answer to <see cref="ReadLog"/>: one of both.</summary>
/// <param name="Chunk">The bytes.</param>
/// <param name="Fault">Why there are none (AUR2005, AUR2006).</param>
public sealed record LogRead(LogChunk? Chunk, Fault? Fault);

/// <summary>A request, answered by <see cref="SandboxFileRead"/>: bytes of a file in a task's sandbox.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Path">The file, relative to the sandbox, parts divided by <c>/</c>.</param>
/// <param name="Offset">From which byte; negative counts from the end.</param>
/// <param name="MaxBytes">At most so many bytes; the worker gives at most 1 MiB at once.</param>
public sealed record ReadSandboxFile(TaskId TaskId, string Path, long Offset, int MaxBytes);

/// <summary>The answer to <see cref="ReadSandboxFile"/>: one of both.</summary>
/// <param name="Chunk">The bytes.</param>
/// <param name="Fault">Why there are none (AUR1202, AUR2005, AUR2010).</param>
public sealed record SandboxFileRead(FileChunk? Chunk, Fault? Fault);

/// <summary>A request, answered by <see cref="SandboxListed"/>: what is in a folder of a task's sandbox.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Path">The folder, relative to the sandbox; empty for the sandbox itself.</param>
public sealed record ListSandbox(TaskId TaskId, string Path);

/// <summary>The answer to <see cref="ListSandbox"/>: entries or a fault.</summary>
/// <param name="Entries">What is there, by name; at most 10,000.</param>
/// <param name="Truncated">Whether there is more.</param>
/// <param name="Fault">Why there are none (AUR2005, AUR2010).</param>
public sealed record SandboxListed(IReadOnlyList<SandboxEntry>? Entries, bool Truncated, Fault? Fault);

// ── Broker to whoever listens, on exchange aurora.events ──────────────────────────────────────────────────────────────────────

/// <summary>A task went to another state; sent after it was stored. Routing key <c>role.env.name.instance.state</c>.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Job">Its job.</param>
/// <param name="Instance">Its instance.</param>
/// <param name="From">The state before.</param>
/// <param name="To">The state now.</param>
/// <param name="Worker">The worker, once placed.</param>
/// <param name="At">When.</param>
/// <param name="Message">Why, if there is something to say.</param>
public sealed record TaskStateChanged(
    TaskId TaskId, JobKey Job, int Instance, TaskState From, TaskState To, WorkerId? Worker, DateTimeOffset At, string? Message);

/// <summary>
/// An attempt that the broker had given up is still there, while another attempt at the instance is active; sent after it was stored, once per attempt. The old one is being
/// killed. Routing key <c>role.env.name.instance.DUPLICATE_FOUND</c>.
/// </summary>
/// <param name="TaskId">The attempt that should not be.</param>
/// <param name="Job">Its job.</param>
/// <param name="Instance">Its instance.</param>
/// <param name="Worker">The worker that it is on.</param>
/// <param name="ActiveTask">The attempt that is authorised.</param>
/// <param name="ActiveWorker">Where that one is; null when it is not placed.</param>
/// <param name="At">When the broker learned of it.</param>
/// <param name="Message">What was found, in words.</param>
public sealed record DuplicateFound(
    TaskId TaskId, JobKey Job, int Instance, WorkerId Worker, TaskId ActiveTask, WorkerId? ActiveWorker, DateTimeOffset At, string Message);

/// <summary>A worker's place in maintenance changed; sent after it was stored. Routing key <c>worker.id.MODE</c>.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Host">Its host name.</param>
/// <param name="From">The mode before.</param>
/// <param name="To">The mode now.</param>
/// <param name="At">When.</param>
/// <param name="Message">Who wanted it and why, or what came to pass.</param>
public sealed record WorkerModeChanged(WorkerId Worker, string Host, MaintenanceMode From, MaintenanceMode To, DateTimeOffset At, string Message);
