using System.Text.Json.Serialization;
using Aurora.Core.Jobs;

namespace Aurora.Core.Configuration;

/// <summary>
/// A whole job as Aurora's own job JSON has it (aurora-spec section 2.2), bound and with defaults filled in: what a job file comes to, what a
/// submission carries, and what the broker keeps. Amounts are bytes, durations seconds, as in Aurora's JSON.
/// Fields with a default have a setter only because generated readers would set an absent init-only field to zero instead of its default;
/// nobody changes a configuration after it was read: use <c>with</c>.
/// Whether an update changes an instance is decided by comparing the JSON of what the task depends on, not by this record's own equality.
/// </summary>
public sealed record JobConfiguration
{
    /// <summary>The cluster's name.</summary>
    public required string Cluster { get; init; }

    /// <summary>The operating-system user that runs the processes.</summary>
    public required string Role { get; init; }

    /// <summary>The namespace. Which ones there may be is the broker's to say: its default is <c>prod</c>, <c>devel</c>, <c>test</c> and <c>staging</c> with digits.</summary>
    public required string Environment { get; init; }

    /// <summary>The job's name; default the task's name.</summary>
    public required string Name { get; init; }

    /// <summary>Whom to ask about the job, usually a mail address.</summary>
    public string? Contact { get; set; }

    /// <summary>How many instances, 1 to 4,000; default 1.</summary>
    public int Instances { get; set; } = 1;

    /// <summary>What each instance runs.</summary>
    public required TaskConfiguration Task { get; init; }

    /// <summary>Service registration; null for none.</summary>
    public AnnounceConfiguration? Announce { get; set; }

    /// <summary>The tier's name; null takes the broker's default tier.</summary>
    public string? Tier { get; set; }

    /// <summary>Deprecated in favour of <see cref="Tier"/>.</summary>
    public bool Production { get; set; }

    /// <summary>Only affects preemption; default 0.</summary>
    public int Priority { get; set; }

    /// <summary>A service is started again whenever it ends.</summary>
    public bool Service { get; set; }

    /// <summary>How many failed attempts an instance may have before it is not tried again; -1 is no limit; ignored for services; default 1.</summary>
    public int MaxTaskFailures { get; set; } = 1;

    /// <summary>A cron expression (aurora-spec section 7); null for a job that is not cron.</summary>
    public string? CronSchedule { get; set; }

    /// <summary>What a cron job does when the previous run is still there: <c>KILL_EXISTING</c> (default) or <c>CANCEL_NEW</c>.</summary>
    public string CronCollisionPolicy { get; set; } = "KILL_EXISTING";

    /// <summary>How updates of the job go.</summary>
    public UpdateConfiguration UpdateConfig { get; set; } = new();

    /// <summary>Placement constraints: attribute to expression (aurora-spec section 5.3).</summary>
    public IReadOnlyDictionary<string, string> Constraints { get; set; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Which of the workers that fit it would rather have; null takes the broker's order.</summary>
    public PlacementConfiguration? Placement { get; set; }

    /// <summary>Free key-value pairs shown to people; part of the task's fingerprint.</summary>
    public IReadOnlyList<MetadataEntry> Metadata { get; set; } = [];

    /// <summary>Health checking.</summary>
    public HealthCheckConfiguration HealthCheckConfig { get; set; } = new();

    /// <summary>HTTP calls made to a task before it is killed; an empty one is switched off.</summary>
    public LifecycleConfiguration Lifecycle { get; set; } = new() { Http = new() };

    /// <summary>A container image; null for none.</summary>
    public ContainerConfiguration? Container { get; set; }

    /// <summary>A custom executor; null for our own.</summary>
    public ExecutorConfiguration? ExecutorConfig { get; set; }

    /// <summary>Client hooks of the original; kept so that files load.</summary>
    public bool EnableHooks { get; set; }

    /// <summary>What happens when the task's worker is out of reach; null is the default policy (reschedule at once).</summary>
    public PartitionPolicyConfiguration? PartitionPolicy { get; set; }

    /// <summary>How many instances must stay up during maintenance and SLA-aware updates; null for no policy.</summary>
    public SlaPolicyConfiguration? SlaPolicy { get; set; }

    /// <summary>Links shown beside the task.</summary>
    public IReadOnlyDictionary<string, string> TaskLinks { get; set; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The job's key.</summary>
    [JsonIgnore]
    public JobKey Key => new(Cluster, Role, Environment, Name);
}

/// <summary>A pair shown to people (aurora-spec section 2.2).</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
public sealed record MetadataEntry(string Key, string Value);

/// <summary>Service registration (aurora-spec section 2.5).</summary>
public sealed record AnnounceConfiguration
{
    /// <summary>The port that is the service's main one; default <c>http</c>.</summary>
    public string PrimaryPort { get; set; } = "http";

    /// <summary>Port name to another port's name (alias) or a number (static).</summary>
    public IReadOnlyDictionary<string, string> Portmap { get; set; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where to register, when not in the default place.</summary>
    public string? ZkPath { get; set; }
}

/// <summary>A custom executor (aurora-spec section 2.2).</summary>
public sealed record ExecutorConfiguration
{
    /// <summary>Its name; <c>AuroraExecutor</c> is our own worker.</summary>
    public string Name { get; set; } = "AuroraExecutor";

    /// <summary>Its data.</summary>
    public string Data { get; set; } = "";
}

/// <summary>What happens to a task whose worker is out of reach (aurora-spec section 5.9).</summary>
public sealed record PartitionPolicyConfiguration
{
    /// <summary>Whether a replacement is started; default true.</summary>
    public bool Reschedule { get; set; } = true;

    /// <summary>How many seconds to wait before it is; 0 or more, default 0.</summary>
    public int DelaySecs { get; set; }

    /// <summary>
    /// After how many seconds without a word of the broker the worker ends the task by itself, as a kill does; 10 to 86,400; null (the default) is never. Ours, not Aurora's
    /// (docs/decisions/0011). With the time that the end may take this must be less than the broker's worker_lost_secs and <see cref="DelaySecs"/> together for no second copy ever
    /// to run. Also a broker that is away for that long ends such tasks.
    /// </summary>
    public int? StopAfterSecs { get; set; }
}

/// <summary>How many instances must stay up (aurora-spec sections 2.9 and 8.3). Exactly one of the three shapes is filled in.</summary>
public sealed record SlaPolicyConfiguration
{
    /// <summary>For fewer instances a policy about numbers cannot be asked for, and with fewer active tasks it does not hold (Aurora's <c>-min_required_instances_for_sla_check</c>).</summary>
    public const int LeastInstances = 20;

    /// <summary>Percentage shape: the share of instances, in percent.</summary>
    public double? Percentage { get; set; }

    /// <summary>Count shape: the number of instances.</summary>
    public int? Count { get; set; }

    /// <summary>For both: how long an instance must have been up, in seconds.</summary>
    public int? DurationSecs { get; set; }

    /// <summary>Coordinator shape: the URL that is asked.</summary>
    public string? CoordinatorUrl { get; set; }

    /// <summary>Coordinator shape: the field of its answer; default <c>drain</c>.</summary>
    public string? StatusKey { get; set; }
}
