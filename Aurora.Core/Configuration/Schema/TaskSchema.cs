using static Aurora.Core.Configuration.Schema.FieldTypes;

namespace Aurora.Core.Configuration.Schema;

/// <summary>Task, process and logger (aurora-spec sections 2.3 and 2.4).</summary>
internal static class TaskSchema
{
    public static StructSchema RotatePolicy { get; } = new("RotatePolicy", "When log files are rotated.",
        new FieldSchema("log_size", new AmountType(1, PetaByte), "The size at which a file is rotated, in bytes.") { Default = "104857600" },
        new FieldSchema("backups", OneOrMore, "How many old files are kept.") { Default = "5" });

    public static StructSchema Logger { get; } = new("Logger", "Where a process's output goes.",
        new FieldSchema("destination", new EnumType("file", "console", "both", "none"),
            "Files, the worker's console, both, or nowhere.") { Default = "\"file\"" },
        new FieldSchema("mode", new EnumType("standard", "rotate"), "One file per run, or rotated files.") { Default = "\"standard\"" },
        new FieldSchema("rotate", new StructType(RotatePolicy), "For the mode rotate."));

    public static StructSchema Process { get; } = new("Process", "One command line.",
        new FieldSchema("name", ProcessName, "Its name, unique in the task.") { Required = true },
        new FieldSchema("cmdline", CommandLine, "The command line, run by /bin/bash -c.") { Required = true },
        new FieldSchema("max_failures", ZeroOrMore, "Failed runs before it has failed for good; 0 is no limit.") { Default = "1" },
        new FieldSchema("daemon", Flag, "Run again after success.") { Default = "false" },
        new FieldSchema("ephemeral", Flag, "Not needed for the task's completion.") { Default = "false" },
        new FieldSchema("min_duration", Seconds, "The least time between the end of a run and the start of the next.") { Default = "5" },
        new FieldSchema("final", Flag, "Runs after the others have ended, in the finalizing plan.") { Default = "false" },
        new FieldSchema("logger", new StructType(Logger), "Where its output goes; absent takes the worker's default."));

    public static StructSchema Order { get; } = new("Constraint", "A chain of processes.",
        new FieldSchema("order", new ListType(Name, MinimumCount: 1),
            "Process names: each starts after the one before it succeeded.") { Required = true });

    public static StructSchema Resources { get; } = new("Resources", "What a task is granted.",
        new FieldSchema("cpu", new FloatType(0, 1_000_000, AboveMinimum: true), "Cores.") { Required = true },
        new FieldSchema("ram", Amount, "Memory, in bytes.") { Required = true },
        new FieldSchema("disk", Amount, "Disk, in bytes.") { Required = true },
        new FieldSchema("gpu", ZeroOrMore, "GPUs.") { Default = "0" });

    public static StructSchema Task { get; } = new("Task", "Ordered processes that share a sandbox and a resource grant.",
        new FieldSchema("name", Name, "Its name.") { Required = true, Default = "\"{{processes[0].name}}\"" },
        new FieldSchema("processes", new ListType(new StructType(Process), MinimumCount: 1, MaximumCount: 1000),
            "Its processes.") { Required = true },
        new FieldSchema("constraints", new ListType(new StructType(Order)), "Chains of process names.") { Default = "[]" },
        new FieldSchema("resources", new StructType(Resources), "What it is granted.") { Required = true },
        new FieldSchema("max_failures", ZeroOrMore, "How many failed processes fail the task; 0 is no limit.") { Default = "1" },
        new FieldSchema("max_concurrency", ZeroOrMore, "How many processes run at once; 0 is no limit.") { Default = "0" },
        new FieldSchema("finalization_wait", Seconds, "The time for cleaning and final processes when the task ends by itself.") { Default = "30" },
        new FieldSchema("user", Text, "Kept so that files load; the role decides."));
}
