namespace Aurora.Core.Configuration;

/// <summary>Health checking (aurora-spec section 2.7). Times are seconds.</summary>
public sealed record HealthCheckConfiguration
{
    /// <summary>The checker; default HTTP.</summary>
    public HealthCheckerConfiguration HealthChecker { get; set; } = new() { Http = new() };

    /// <summary>The time in which failures are forgiven; default 15.</summary>
    public double InitialIntervalSecs { get; set; } = 15;

    /// <summary>The time between checks; default 10.</summary>
    public double IntervalSecs { get; set; } = 10;

    /// <summary>How many failures in a row are tolerated; default 0.</summary>
    public int MaxConsecutiveFailures { get; set; }

    /// <summary>How many successes in a row make the task RUNNING; default 1.</summary>
    public int MinConsecutiveSuccesses { get; set; } = 1;

    /// <summary>How long one check may take; default 1.</summary>
    public double TimeoutSecs { get; set; } = 1;
}

/// <summary>A checker; when both are given, shell wins.</summary>
public sealed record HealthCheckerConfiguration
{
    /// <summary>Asks an HTTP endpoint.</summary>
    public HttpHealthCheckerConfiguration? Http { get; set; }

    /// <summary>Runs a command.</summary>
    public ShellHealthCheckerConfiguration? Shell { get; set; }
}

/// <summary>Asks an HTTP endpoint on the port named <c>health</c>.</summary>
public sealed record HttpHealthCheckerConfiguration
{
    /// <summary>The path; default <c>/health</c>.</summary>
    public string Endpoint { get; set; } = "/health";

    /// <summary>The expected body, trimmed and lower-cased; default <c>ok</c>; empty accepts any.</summary>
    public string ExpectedResponse { get; set; } = "ok";

    /// <summary>The expected status; 0 accepts any.</summary>
    public int ExpectedResponseCode { get; set; }
}

/// <summary>Runs a command; exit code 0 is healthy.</summary>
public sealed record ShellHealthCheckerConfiguration
{
    /// <summary>The command line.</summary>
    public required string ShellCommand { get; init; }
}
