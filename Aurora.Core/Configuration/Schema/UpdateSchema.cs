using static Aurora.Core.Configuration.Schema.FieldTypes;

namespace Aurora.Core.Configuration.Schema;

/// <summary>Updates (aurora-spec section 2.6).</summary>
internal static class UpdateSchema
{
    public static StructSchema QueueStrategy { get; } = new("QueueUpdateStrategy", "A new instance starts changing whenever one is done.",
        new FieldSchema("batch_size", OneOrMore, "How many instances change at once.") { Default = "1" });

    public static StructSchema BatchStrategy { get; } = new("BatchUpdateStrategy", "A batch starts when the one before it is done.",
        new FieldSchema("batch_size", OneOrMore, "How many instances change at once.") { Default = "1" },
        new FieldSchema("autopause_after_batch", Flag, "Pause after each batch.") { Default = "false" });

    public static StructSchema VariableBatchStrategy { get; } = new("VariableBatchUpdateStrategy", "Batches of given sizes; the last size repeats.",
        new FieldSchema("batch_sizes", new ListType(OneOrMore, MinimumCount: 1), "The sizes.") { Required = true },
        new FieldSchema("autopause_after_batch", Flag, "Pause after each batch.") { Default = "false" });

    public static StructSchema Update { get; } = new("UpdateConfig", "How an update of the job goes.",
        new FieldSchema("batch_size", OneOrMore, "How many instances change at once.") { Default = "1" },
        new FieldSchema("watch_secs", Seconds, "How long an instance must stay RUNNING to count as updated.") { Default = "45" },
        new FieldSchema("max_per_shard_failures", ZeroOrMore, "How many failures of one instance are tolerated.") { Default = "0" },
        new FieldSchema("max_total_failures", ZeroOrMore,
            "How many failed instances are tolerated; less than the number of instances.") { Default = "0" },
        new FieldSchema("rollback_on_failure", Flag, "Whether a failed update goes back.") { Default = "true" },
        new FieldSchema("wait_for_batch_completion", Flag, "Whether the next batch waits for the whole one before it.") { Default = "false" },
        new FieldSchema("pulse_interval_secs", new DurationType(Minimum: 60), "Coordinated update: the longest time between pulses."),
        new FieldSchema("sla_aware", Flag, "Whether kills wait for the SLA policy.") { Default = "false" },
        new FieldSchema("update_strategy", new ChoiceType(QueueStrategy, BatchStrategy, VariableBatchStrategy),
            "A strategy; excludes batch_size and wait_for_batch_completion."));
}
