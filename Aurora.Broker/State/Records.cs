using System.Collections.Immutable;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

// What the broker keeps. Each record is one row of one table; all are immutable, so that the loop may hand them to readers and to the store
// while it goes on. Times are UTC, truncated to milliseconds, so that a row reads back equal.

/// <summary>One attempt at an instance.</summary>
internal sealed record TaskRecord
{
    /// <summary>No ports, with the order that all have.</summary>
    public static readonly ImmutableSortedDictionary<string, int> NoPorts = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>Its id.</summary>
    public required TaskId Id { get; init; }

    /// <summary>Its job.</summary>
    public required JobKey Job { get; init; }

    /// <summary>Its instance, from 0.</summary>
    public required int Instance { get; init; }

    /// <summary>Its state.</summary>
    public required TaskState State { get; init; }

    /// <summary>Its configuration: <see cref="ConfigurationRecord.Id"/>.</summary>
    public required string ConfigurationId { get; init; }

    /// <summary>The worker that it was placed on; kept when it ends.</summary>
    public WorkerId? Worker { get; init; }

    /// <summary>The attempt before it.</summary>
    public TaskId? Ancestor { get; init; }

    /// <summary>How many attempts of the instance failed, this one included once it has.</summary>
    public int FailureCount { get; init; }

    /// <summary>How often it was partitioned.</summary>
    public int TimesPartitioned { get; init; }

    /// <summary>When THROTTLED: when it may become PENDING.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed its state.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Its history, oldest first.</summary>
    public required ImmutableArray<TaskEvent> Events { get; init; }

    /// <summary>Its processes, as last reported.</summary>
    public ImmutableArray<ProcessReport> Processes { get; init; } = [];

    /// <summary>Its ports by name, as last reported.</summary>
    public ImmutableSortedDictionary<string, int> Ports { get; init; } = NoPorts;

    /// <summary>What it has used, as last reported; null where nothing is known.</summary>
    public ResourceUsage? Usage { get; init; }
}

/// <summary>A configuration, stored once however many tasks have it.</summary>
/// <param name="Id">The fingerprint of what a task depends on (<c>TaskFingerprint</c>).</param>
/// <param name="Configuration">The whole job as submitted.</param>
internal sealed record ConfigurationRecord(string Id, JobConfiguration Configuration);

/// <summary>A job that has, or had, tasks. It is deleted with its last task.</summary>
/// <param name="Key">Its key.</param>
/// <param name="ConfigurationId">The newest configuration that was accepted for it.</param>
/// <param name="Instances">How many instances it should have.</param>
/// <param name="CreatedBy">Who submitted it.</param>
/// <param name="CreatedAt">When.</param>
internal sealed record JobRecord(JobKey Key, string ConfigurationId, int Instances, string CreatedBy, DateTimeOffset CreatedAt);

/// <summary>A worker that has registered. Heartbeats are not stored: after a failover every worker gets a full timeout again.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Host">Its host name.</param>
/// <param name="Session">The agent's session.</param>
/// <param name="Version">The agent's version.</param>
/// <param name="Total">What it offers.</param>
/// <param name="Attributes">Its attributes.</param>
/// <param name="RegisteredAt">When this session said hello.</param>
internal sealed record WorkerRecord(
    WorkerId Id, string Host, Guid Session, string Version, ResourceGrant Total, ImmutableSortedDictionary<string, string> Attributes,
    DateTimeOffset RegisteredAt)
{
    /// <summary>How many ports it can give to tasks; null where it did not say.</summary>
    public int? PortCount { get; init; }

    /// <summary>Its place in maintenance. A hello leaves it as it is.</summary>
    public MaintenanceMode Mode { get; init; }

    /// <summary>The drain that <see cref="Mode"/> comes from; null without one.</summary>
    public DrainRequest? Drain { get; init; }
}

/// <summary>What a role's production tasks may use together (aurora-spec section 8.1).</summary>
/// <param name="Role">The role.</param>
/// <param name="Quota">The grant.</param>
internal sealed record QuotaRecord(string Role, QuotaAmount Quota);

/// <summary>A worker that is kept for a group of pending tasks, for which others were ended there (aurora-spec section 5.8). Stored, so that a failover does not give the room away.</summary>
/// <param name="Worker">The worker; it is kept for one group at a time.</param>
/// <param name="Job">The group's job.</param>
/// <param name="ConfigurationId">The group's configuration.</param>
/// <param name="Until">When it is given up.</param>
internal sealed record ReservationRecord(WorkerId Worker, JobKey Job, string ConfigurationId, DateTimeOffset Until)
{
    /// <summary>Whether the worker is kept for this group.</summary>
    public bool IsFor(JobKey job, string configurationId) => ConfigurationId == configurationId && Job == job;
}

/// <summary>An update with its progress; nothing of it is in memory only.</summary>
internal sealed record UpdateRecord
{
    /// <summary>Its id, a uuid.</summary>
    public required string Id { get; init; }

    /// <summary>The job.</summary>
    public required JobKey Job { get; init; }

    /// <summary>Its status (aurora-spec section 6.6).</summary>
    public required UpdateStatus Status { get; init; }

    /// <summary>Who started it.</summary>
    public required string User { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last moved.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>The last thing to say about it.</summary>
    public string? Message { get; init; }

    /// <summary>The configuration that it goes to; its update settings are the update's.</summary>
    public required string TargetConfigurationId { get; init; }

    /// <summary>The settings in force.</summary>
    public required UpdateConfiguration Settings { get; init; }

    /// <summary>The instances that it changes, in forward order.</summary>
    public required ImmutableArray<InstanceProgress> Instances { get; init; }

    /// <summary>Its history, oldest first.</summary>
    public required ImmutableArray<UpdateEvent> Events { get; init; }
}

/// <summary>One instance of an update.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="InitialConfigurationId">What it ran before; null when it was not there.</param>
/// <param name="TargetConfigurationId">What it shall run; null when it shall go.</param>
/// <param name="State">How far it is, in the update's present direction.</param>
/// <param name="Failures">How many attempts failed in the update's present direction.</param>
/// <param name="CountedTask">The last task whose failure was counted, so that none is counted twice.</param>
internal sealed record InstanceProgress(
    int Instance, string? InitialConfigurationId, string? TargetConfigurationId, InstanceState State, int Failures, TaskId? CountedTask);

/// <summary>How far an instance is in an update.</summary>
internal enum InstanceState
{
    /// <summary>Not begun.</summary>
    Idle,

    /// <summary>Begun.</summary>
    Working,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Given up.</summary>
    Failed,
}

/// <summary>The status of an update (aurora-spec section 6.6). On the wire in capitals.</summary>
internal enum UpdateStatus
{
    /// <summary>Going to the new configuration.</summary>
    RollingForward,

    /// <summary>Going back.</summary>
    RollingBack,

    /// <summary>Paused on the way forward.</summary>
    RollForwardPaused,

    /// <summary>Paused on the way back.</summary>
    RollBackPaused,

    /// <summary>Waiting for a pulse on the way forward.</summary>
    RollForwardAwaitingPulse,

    /// <summary>Waiting for a pulse on the way back.</summary>
    RollBackAwaitingPulse,

    /// <summary>Done. Terminal.</summary>
    RolledForward,

    /// <summary>Went back. Terminal.</summary>
    RolledBack,

    /// <summary>Stopped by a person. Terminal.</summary>
    Aborted,

    /// <summary>A defect stopped it. Terminal.</summary>
    Error,

    /// <summary>Failed, and did not or could not go back. Terminal.</summary>
    Failed,
}

/// <summary>The reply to a command that changed something, kept so that the same command gets the same answer.</summary>
/// <param name="CommandId">The command.</param>
/// <param name="CommandDigest">SHA-256 of the command's name and body, in hexadecimal: another command under the same id is refused.</param>
/// <param name="Reply">The reply.</param>
/// <param name="At">When; pruned by age.</param>
internal sealed record ReplyRecord(Guid CommandId, string CommandDigest, Reply Reply, DateTimeOffset At);
