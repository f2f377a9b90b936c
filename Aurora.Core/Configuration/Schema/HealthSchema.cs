using static Aurora.Core.Configuration.Schema.FieldTypes;

namespace Aurora.Core.Configuration.Schema;

/// <summary>Health checks and lifecycle calls (aurora-spec sections 2.7 and 2.8).</summary>
internal static class HealthSchema
{
    public static StructSchema HttpChecker { get; } = new("HttpHealthChecker", "Asks an HTTP endpoint on the port named health.",
        new FieldSchema("endpoint", Text, "The path.") { Default = "\"/health\"" },
        new FieldSchema("expected_response", Text, "The expected body; empty accepts any.") { Default = "\"ok\"" },
        new FieldSchema("expected_response_code", new IntegerType(0, 999), "The expected status; 0 accepts any.") { Default = "0" });

    public static StructSchema ShellChecker { get; } = new("ShellHealthChecker", "Runs a command; exit code 0 is healthy.",
        new FieldSchema("shell_command", CommandLine, "The command line.") { Required = true });

    public static StructSchema Checker { get; } = new("HealthCheckerConfig", "A checker; when both are given, shell wins.",
        new FieldSchema("http", new StructType(HttpChecker), "Asks an HTTP endpoint."),
        new FieldSchema("shell", new StructType(ShellChecker), "Runs a command."));

    public static StructSchema HealthCheck { get; } = new("HealthCheckConfig", "Health checking.",
        new FieldSchema("health_checker", new StructType(Checker), "The checker.") { Default = """{"http":{}}""" },
        new FieldSchema("initial_interval_secs", SecondsWithFraction, "The time in which failures are forgiven.") { Default = "15" },
        new FieldSchema("interval_secs", SecondsWithFraction, "The time between checks.") { Default = "10" },
        new FieldSchema("max_consecutive_failures", ZeroOrMore, "How many failures in a row are tolerated.") { Default = "0" },
        new FieldSchema("min_consecutive_successes", ZeroOrMore, "How many successes in a row make the task RUNNING.") { Default = "1" },
        new FieldSchema("timeout_secs", SecondsWithFraction, "How long one check may take.") { Default = "1" });

    public static StructSchema HttpLifecycle { get; } = new("HttpLifecycleConfig",
        "HTTP calls before a kill; active only when the named port is allocated.",
        new FieldSchema("port", Text, "The port's name.") { Default = "\"health\"" },
        new FieldSchema("graceful_shutdown_endpoint", Text, "The first path.") { Default = "\"/quitquitquit\"" },
        new FieldSchema("shutdown_endpoint", Text, "The second path.") { Default = "\"/abortabortabort\"" },
        new FieldSchema("graceful_shutdown_wait_secs", Seconds, "How long to wait after the first.") { Default = "5" },
        new FieldSchema("shutdown_wait_secs", Seconds, "How long to wait after the second.") { Default = "5" });

    public static StructSchema Lifecycle { get; } = new("LifecycleConfig", "What is called before a task is killed; empty switches it off.",
        new FieldSchema("http", new StructType(HttpLifecycle), "HTTP calls."));
}
