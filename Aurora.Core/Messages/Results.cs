using System.Text.Json.Serialization;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Core.Messages;

/// <summary>Result of <see cref="CreateJob"/>.</summary>
/// <param name="Job">The job.</param>
/// <param name="Instances">How many instances are pending now.</param>
/// <param name="Url">The job's page.</param>
public sealed record JobCreated(JobKey Job, int Instances, string Url);

/// <summary>Result of <see cref="KillTasks"/>.</summary>
/// <param name="Job">The job.</param>
/// <param name="Tasks">The active tasks that are being killed; empty when none was active.</param>
/// <param name="Url">The job's page.</param>
public sealed record TasksKilled(JobKey Job, IReadOnlyList<TaskId> Tasks, string Url);

/// <summary>Result of <see cref="StartUpdate"/>.</summary>
/// <param name="Job">The job.</param>
/// <param name="UpdateId">The update; null when nothing would change and no update was made.</param>
/// <param name="Url">The update's page, or the job's.</param>
public sealed record UpdateStarted(JobKey Job, string? UpdateId, string Url);

/// <summary>Result of <see cref="AbortUpdate"/>.</summary>
/// <param name="Job">The job.</param>
/// <param name="UpdateId">The update that was active.</param>
/// <param name="Url">The update's page.</param>
public sealed record UpdateEnded(JobKey Job, string UpdateId, string Url);

/// <summary>Result of <see cref="GetJobs"/>, ordered by key.</summary>
/// <param name="Jobs">The jobs.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record JobPage(IReadOnlyList<JobSummary> Jobs, string? Next);

/// <summary>A job as lists show it.</summary>
public sealed record JobSummary
{
    /// <summary>The key.</summary>
    public required JobKey Key { get; init; }

    /// <summary><c>service</c>, <c>adhoc</c> or <c>cron</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The newest configuration.</summary>
    public required JobConfiguration Configuration { get; init; }

    /// <summary>INIT, PENDING, THROTTLED.</summary>
    public required int Pending { get; init; }

    /// <summary>ASSIGNED to PARTITIONED, KILLING included.</summary>
    public required int Active { get; init; }

    /// <summary>FINISHED and KILLED.</summary>
    public required int Finished { get; init; }

    /// <summary>FAILED and LOST.</summary>
    public required int Failed { get; init; }

    /// <summary>The active update's id, if there is one.</summary>
    public string? UpdateId { get; init; }

    /// <summary>The job's page.</summary>
    public required string Url { get; init; }
}

/// <summary>Result of <see cref="GetTasks"/>.</summary>
/// <param name="Tasks">The tasks.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record TaskPage(IReadOnlyList<TaskSummary> Tasks, string? Next);

/// <summary>A task with its history.</summary>
public sealed record TaskSummary
{
    /// <summary>The task.</summary>
    public required TaskId TaskId { get; init; }

    /// <summary>Its job.</summary>
    public required JobKey Job { get; init; }

    /// <summary>Its instance, from 0.</summary>
    public required int Instance { get; init; }

    /// <summary>Its state.</summary>
    public required TaskState State { get; init; }

    /// <summary>The worker, once it was placed.</summary>
    public WorkerId? Worker { get; init; }

    /// <summary>The worker's host name.</summary>
    public string? Host { get; init; }

    /// <summary>When PENDING, THROTTLED or PARTITIONED: why, and what comes next, in plain words.</summary>
    public string? PendingReason { get; init; }

    /// <summary>How many attempts of this instance failed before.</summary>
    public int FailureCount { get; init; }

    /// <summary>The attempt before this one.</summary>
    public TaskId? Ancestor { get; init; }

    /// <summary>What it is granted.</summary>
    public required ResourceGrant Resources { get; init; }

    /// <summary>Metadata of its configuration.</summary>
    public IReadOnlyList<MetadataEntry> Metadata { get; set; } = [];

    /// <summary>Its history, oldest first.</summary>
    public required IReadOnlyList<TaskEvent> Events { get; init; }

    /// <summary>Its processes, as last reported.</summary>
    public IReadOnlyList<ProcessReport> Processes { get; set; } = [];

    /// <summary>Its ports on <see cref="Host"/> by name, aliases and fixed ones included; null when it has none.</summary>
    public IReadOnlyDictionary<string, int>? Ports { get; set; }

    /// <summary>What it has used, as last reported; null where nothing was measured yet.</summary>
    public ResourceUsage? Usage { get; set; }
}

/// <summary>A step in a task's history.</summary>
/// <param name="At">When the broker recorded it.</param>
/// <param name="State">The state it went to.</param>
/// <param name="Message">Why, if there is something to say.</param>
/// <param name="Broker">The broker that recorded it.</param>
public sealed record TaskEvent(DateTimeOffset At, TaskState State, string? Message, string Broker);

/// <summary>What a worker knows of a process: its last run.</summary>
public sealed record ProcessReport
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The last run, from 0.</summary>
    public required int Run { get; init; }

    /// <summary>Its state.</summary>
    public required ProcessState State { get; init; }

    /// <summary>The process id, once started.</summary>
    public int? Pid { get; init; }

    /// <summary>When the run started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the run ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The exit code, when it exited.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal's number, when one ended it.</summary>
    public int? Signal { get; init; }

    /// <summary>The processor time that the ended run used, with everything it waited for, in seconds; null where it is not known.</summary>
    public double? CpuSecs { get; init; }

    /// <summary>The greatest resident size of a single process of the ended run, in bytes; null where it is not known.</summary>
    public long? RamPeak { get; init; }
}

/// <summary>What a task has used, as its worker measured it.</summary>
public sealed record ResourceUsage
{
    /// <summary>Processor time of all its processes, in seconds.</summary>
    public double CpuSecs { get; init; }

    /// <summary>The most memory that it had at once, in bytes, as far as the worker can see it (a cgroup sees all; sampling sees what it meets).</summary>
    public long RamPeak { get; init; }

    /// <summary>Sandbox and logs on disk when last measured, in bytes; null where they were not, for example because the task ended before the first look.</summary>
    public long? Disk { get; init; }
}

/// <summary>Result of <see cref="GetUpdates"/>, newest first.</summary>
/// <param name="Updates">The updates.</param>
public sealed record UpdatePage(IReadOnlyList<UpdateSummary> Updates);

/// <summary>An update.</summary>
public sealed record UpdateSummary
{
    /// <summary>Its id.</summary>
    public required string UpdateId { get; init; }

    /// <summary>The job.</summary>
    public required JobKey Job { get; init; }

    /// <summary>Its status (aurora-spec section 6.6), for example <c>ROLLING_FORWARD</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Who started it.</summary>
    public required string User { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last moved.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>The last thing to say about it.</summary>
    public string? Message { get; init; }

    /// <summary>How many instances it changes.</summary>
    public required int InstancesTotal { get; init; }

    /// <summary>How many of them are done.</summary>
    public required int InstancesDone { get; init; }

    /// <summary>Its history, oldest first.</summary>
    public required IReadOnlyList<UpdateEvent> Events { get; init; }
}

/// <summary>A step in an update's history.</summary>
/// <param name="At">When.</param>
/// <param name="Status">The update's status or the instance's action.</param>
/// <param name="Instance">The instance, for an instance's step.</param>
/// <param name="Message">More, if there is something to say.</param>
public sealed record UpdateEvent(DateTimeOffset At, string Status, int? Instance, string? Message);

/// <summary>Result of <see cref="ReadTaskLog"/>: bytes of a file.</summary>
/// <param name="Process">The process.</param>
/// <param name="Run">The run.</param>
/// <param name="Stream"><c>stdout</c> or <c>stderr</c>.</param>
/// <param name="Offset">Where <paramref name="Data"/> begins in the file.</param>
/// <param name="Data">The bytes (base64 on the wire).</param>
/// <param name="Length">How long the file is now.</param>
/// <param name="Ended">Whether the run has ended, so that nothing more will come.</param>
public sealed record LogChunk(string Process, int Run, string Stream, long Offset, byte[] Data, long Length, bool Ended);

/// <summary>Result of <see cref="ReadTaskFile"/>: bytes of a file in a task's sandbox.</summary>
/// <param name="Path">The file, relative to the sandbox.</param>
/// <param name="Offset">Where <paramref name="Data"/> begins in the file.</param>
/// <param name="Data">The bytes (base64 on the wire).</param>
/// <param name="Length">How long the file is now.</param>
public sealed record FileChunk(string Path, long Offset, byte[] Data, long Length);

/// <summary>Result of <see cref="ListTaskFiles"/>: what is in a folder of a task's sandbox.</summary>
/// <param name="Path">The folder, relative to the sandbox; empty for the sandbox itself.</param>
/// <param name="Entries">What is there, by name; at most 10,000.</param>
/// <param name="Truncated">Whether there is more.</param>
public sealed record TaskFileList(string Path, IReadOnlyList<SandboxEntry> Entries, bool Truncated);

/// <summary>One name in a folder of a task's sandbox.</summary>
/// <param name="Name">The name; bytes that are no UTF-8 are replaced.</param>
/// <param name="Kind"><c>file</c>, <c>folder</c>, <c>link</c> or <c>other</c>.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Modified">When its content changed last.</param>
public sealed record SandboxEntry(string Name, string Kind, long Size, DateTimeOffset Modified);

/// <summary>Result of <see cref="GetCluster"/>.</summary>
/// <param name="Name">The cluster's name.</param>
/// <param name="Version">The broker's version.</param>
/// <param name="Leader">The leading broker.</param>
/// <param name="Url">The address of its pages.</param>
/// <param name="Workers">The workers that are known.</param>
public sealed record ClusterStatus(string Name, string Version, string Leader, string Url, IReadOnlyList<WorkerSummary> Workers)
{
    /// <summary>How many attempts were found alive beside a newer one of their instance, since this broker leads.</summary>
    public long DuplicatesFound { get; set; }
}

/// <summary>A worker as lists show it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Host">Its host name.</param>
/// <param name="IsUp">Whether its heartbeats come.</param>
/// <param name="Total">What it offers.</param>
/// <param name="Free">What of it is free.</param>
/// <param name="Tasks">How many tasks are on it.</param>
/// <param name="Attributes">Its attributes.</param>
public sealed record WorkerSummary(
    WorkerId Id, string Host, bool IsUp, ResourceGrant Total, ResourceGrant Free, int Tasks, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>It is being emptied, by its own wish or by a drain: it takes no more tasks.</summary>
    public bool Draining { get; set; }

    /// <summary>Its place in maintenance.</summary>
    public MaintenanceMode Mode { get; set; }

    /// <summary>All of that in one word for people: <c>DOWN</c>, its place in maintenance when it has one, <c>DRAINING</c> by its own wish, else <c>UP</c>.</summary>
    [JsonIgnore]
    public string State => !IsUp ? "DOWN" : Mode != MaintenanceMode.None ? Mode.ToString().ToUpperInvariant() : Draining ? "DRAINING" : "UP";

    /// <summary>The drain that is under way or was done; null without one.</summary>
    public DrainRequest? Drain { get; set; }

    /// <summary>When DRAINING: what it waits for, in plain words.</summary>
    public string? DrainWaits { get; set; }

    /// <summary>When it was last heard; null when not since this broker leads.</summary>
    public DateTimeOffset? LastHeard { get; set; }

    /// <summary>How many ports it can give to tasks; null where it did not say.</summary>
    public int? PortCount { get; set; }

    /// <summary>What is wrong with it, for somebody to mend; null when nothing is. While there is something it gets no tasks.</summary>
    public string? Problem { get; set; }
}
