namespace Aurora.Core.Configuration;

/// <summary>What one attempt runs: ordered processes that share a sandbox and a resource grant (aurora-spec section 2.3).</summary>
public sealed record TaskConfiguration
{
    /// <summary>The task's name; default the first process's name.</summary>
    public required string Name { get; init; }

    /// <summary>The processes, at least one, with distinct names.</summary>
    public required IReadOnlyList<ProcessConfiguration> Processes { get; init; }

    /// <summary>Chains of process names: each process starts after the one before it in its chain succeeded.</summary>
    public IReadOnlyList<OrderConstraint> Constraints { get; set; } = [];

    /// <summary>What the task is granted; required.</summary>
    public required ResourceGrant Resources { get; init; }

    /// <summary>How many permanently failed processes fail the task; 0 is no limit; default 1.</summary>
    public int MaxFailures { get; set; } = 1;

    /// <summary>How many processes run at once; 0 is no limit.</summary>
    public int MaxConcurrency { get; set; }

    /// <summary>The time in seconds for cleaning and final processes when the task ends by itself; default 30.</summary>
    public int FinalizationWait { get; set; } = 30;

    /// <summary>Kept so that files load; the role decides.</summary>
    public string? User { get; set; }
}

/// <summary>A chain of processes (aurora-spec section 2.3).</summary>
/// <param name="Order">Process names, in order.</param>
public sealed record OrderConstraint(IReadOnlyList<string> Order);

/// <summary>A resource grant (aurora-spec section 2.3).</summary>
public sealed record ResourceGrant
{
    /// <summary>Cores, greater than 0.</summary>
    public required double Cpu { get; init; }

    /// <summary>Memory in bytes, at least 1 MB.</summary>
    public required long Ram { get; init; }

    /// <summary>Disk in bytes, at least 1 MB.</summary>
    public required long Disk { get; init; }

    /// <summary>GPUs, 0 or more.</summary>
    public int Gpu { get; set; }
}

/// <summary>One command line (aurora-spec section 2.4).</summary>
public sealed record ProcessConfiguration
{
    /// <summary>Its name: no slash, first character not a dot.</summary>
    public required string Name { get; init; }

    /// <summary>The command line, run by <c>/bin/bash -c</c>. May hold <c>{{mesos.instance}}</c>, <c>{{mesos.hostname}}</c>, <c>{{thermos.task_id}}</c>, <c>{{thermos.ports[x]}}</c>.</summary>
    public required string Cmdline { get; init; }

    /// <summary>Failed runs before the process has failed for good; 0 is no limit; default 1.</summary>
    public int MaxFailures { get; set; } = 1;

    /// <summary>Run again after success.</summary>
    public bool Daemon { get; set; }

    /// <summary>Not needed for the task's completion.</summary>
    public bool Ephemeral { get; set; }

    /// <summary>The least number of seconds between the end of a run and the start of the next; default 5.</summary>
    public int MinDuration { get; set; } = 5;

    /// <summary>Runs in the finalizing plan.</summary>
    public bool Final { get; set; }

    /// <summary>Where its output goes; null takes the worker's default (files).</summary>
    public LoggerConfiguration? Logger { get; set; }
}

/// <summary>Where a process's output goes (aurora-spec section 2.4).</summary>
public sealed record LoggerConfiguration
{
    /// <summary><c>file</c> (default), <c>console</c>, <c>both</c> or <c>none</c>.</summary>
    public string Destination { get; set; } = "file";

    /// <summary><c>standard</c> (default) or <c>rotate</c>.</summary>
    public string Mode { get; set; } = "standard";

    /// <summary>For <c>rotate</c>; with <c>standard</c> it has no effect, as in the original.</summary>
    public RotatePolicyConfiguration? Rotate { get; set; }
}

/// <summary>When log files are rotated (aurora-spec section 2.4).</summary>
public sealed record RotatePolicyConfiguration
{
    /// <summary>The size in bytes at which a file is rotated; greater than 0, default 100 MiB.</summary>
    public long LogSize { get; set; } = 100L * 1024 * 1024;

    /// <summary>How many old files are kept; greater than 0, default 5.</summary>
    public int Backups { get; set; } = 5;
}
