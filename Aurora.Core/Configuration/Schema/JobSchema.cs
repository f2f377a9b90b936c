using static Aurora.Core.Configuration.Schema.FieldTypes;

namespace Aurora.Core.Configuration.Schema;

/// <summary>
/// The job file as tables: every struct and field of aurora-spec section 2 with its type, default, range and one line of documentation.
/// Reading, defaults, error messages and the JSON Schema for editors all come from here, so that they cannot disagree.
/// </summary>
public static class JobSchema
{
    /// <summary>The greatest number of instances of a job (aurora-spec section 1).</summary>
    public const int MaximumInstances = 4000;

    internal static StructSchema Metadata { get; } = new("Metadata", "A pair shown to people.",
        new FieldSchema("key", Text, "The key.") { Required = true },
        new FieldSchema("value", LongText, "The value.") { Required = true });

    internal static StructSchema Announcer { get; } = new("Announcer", "Service registration.",
        new FieldSchema("primary_port", Name, "The port that is the service's main one.") { Default = "\"http\"" },
        new FieldSchema("portmap", Map,
            "Port name to another port's name (alias) or a number (static).") { Default = """{"aurora":"{{primary_port}}"}""" },
        new FieldSchema("zk_path", Text, "Where to register, when not in the default place."));

    internal static StructSchema Executor { get; } = new("ExecutorConfig", "A custom executor.",
        new FieldSchema("name", Text, "Its name.") { Default = "\"AuroraExecutor\"" },
        new FieldSchema("data", new StringType(MaximumLength: 1_000_000, AtRunTime: true), "Its data.") { Default = "\"\"" });

    internal static StructSchema PartitionPolicy { get; } = new("PartitionPolicy", "What happens to a task whose worker is out of reach.",
        new FieldSchema("reschedule", Flag, "Whether a replacement is started.") { Default = "true" },
        new FieldSchema("delay_secs", Seconds, "How long to wait before it is.") { Default = "0" },
        new FieldSchema("stop_after_secs", new DurationType(Minimum: 10), "After how long without the broker the worker ends the task by itself."));

    internal static StructSchema Placement { get; } = new("Placement", "Which of the workers that fit the job would rather have.",
        new FieldSchema("strategy", new EnumType("spread", "pack"), "Where the fewest of its tasks are, or where the least room is left; absent takes the broker's."),
        new FieldSchema("by", Identifier, "The attribute of workers to spread over, or to pack into one value of, for example rack."));

    internal static StructSchema CoordinatorSlaPolicy { get; } = new("CoordinatorSlaPolicy",
        "A coordinator is asked before an instance is taken down.",
        new FieldSchema("coordinator_url", new StringType(8192, MinimumLength: 1), "The URL that is asked.") { Required = true },
        new FieldSchema("status_key", Name, "The field of its answer.") { Default = "\"drain\"" });

    internal static StructSchema CountSlaPolicy { get; } = new("CountSlaPolicy", "So many instances stay up.",
        new FieldSchema("count", ZeroOrMore, "The number of instances.") { Required = true },
        new FieldSchema("duration_secs", Seconds, "How long an instance must have been up.") { Required = true });

    internal static StructSchema PercentageSlaPolicy { get; } = new("PercentageSlaPolicy", "Such a share of the instances stays up.",
        new FieldSchema("percentage", new FloatType(0, 100), "The share, in percent.") { Required = true },
        new FieldSchema("duration_secs", Seconds, "How long an instance must have been up.") { Required = true });

    /// <summary>The job, the root of a file.</summary>
    public static StructSchema Job { get; } = new("Job", "N instances of one task.",
        new FieldSchema("cluster", Identifier, "The cluster's name.") { Required = true },
        new FieldSchema("role", Identifier, "The operating-system user that runs the processes.") { Required = true },
        new FieldSchema("environment", Identifier, "The namespace; each cluster says which ones it allows.") { Required = true },
        new FieldSchema("name", Identifier, "The job's name.") { Required = true, Default = "\"{{task.name}}\"" },
        new FieldSchema("contact", Text, "Whom to ask about the job, usually a mail address."),
        new FieldSchema("instances", new IntegerType(1, MaximumInstances), "How many instances.") { Default = "1" },
        new FieldSchema("task", new StructType(TaskSchema.Task), "What each instance runs.") { Required = true },
        new FieldSchema("announce", new StructType(Announcer), "Service registration."),
        new FieldSchema("tier", Identifier, "The tier's name; absent takes the broker's default tier."),
        new FieldSchema("production", Flag, "Deprecated in favour of tier.") { Default = "false" },
        new FieldSchema("priority", AnyInteger, "Only affects preemption.") { Default = "0" },
        new FieldSchema("service", Flag, "A service is started again whenever it ends.") { Default = "false" },
        new FieldSchema("max_task_failures", new IntegerType(Minimum: -1),
            "How many failed attempts an instance may have; -1 is no limit.") { Default = "1" },
        new FieldSchema("cron_schedule", Text, "A cron expression of five fields; its presence makes the job a cron job."),
        new FieldSchema("cron_collision_policy", new EnumType("KILL_EXISTING", "CANCEL_NEW"),
            "What a cron job does when the run before is still there.")
        { Default = "\"KILL_EXISTING\"" },
        new FieldSchema("update_config", new StructType(UpdateSchema.Update), "How updates of the job go.") { Default = "{}" },
        new FieldSchema("constraints", Map, "Placement constraints: attribute to expression.") { Default = "{}" },
        new FieldSchema("placement", new StructType(Placement), "Which of the workers that fit it would rather have."),
        new FieldSchema("metadata", new ListType(new StructType(Metadata), MaximumCount: 1000), "Pairs shown to people.") { Default = "[]" },
        new FieldSchema("health_check_config", new StructType(HealthSchema.HealthCheck), "Health checking.") { Default = "{}" },
        new FieldSchema("lifecycle", new StructType(HealthSchema.Lifecycle),
            "What is called before a task is killed.") { Default = """{"http":{}}""" },
        new FieldSchema("container", new ChoiceType(ContainerSchema.Container, ContainerSchema.Docker, ContainerSchema.Mesos), "A container image."),
        new FieldSchema("executor_config", new StructType(Executor), "A custom executor."),
        new FieldSchema("enable_hooks", Flag, "Client hooks of the original.") { Default = "false" },
        new FieldSchema("partition_policy", new StructType(PartitionPolicy), "What happens when the task's worker is out of reach."),
        new FieldSchema("sla_policy", new ChoiceType(CoordinatorSlaPolicy, CountSlaPolicy, PercentageSlaPolicy),
            "How many instances stay up during maintenance."),
        new FieldSchema("task_links", Map, "Links shown beside the task.") { Default = "{}" });
}
