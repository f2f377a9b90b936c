using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Worker.Isolation;
using Aurora.Worker.Ports;
using Aurora.Worker.Sandbox;

namespace Aurora.Worker.Hosting;

/// <summary>What one can set of a worker. In a file the names are snake_case and durations are seconds (see <see cref="WorkerOptionsFile"/>).</summary>
public sealed record WorkerOptions
{
    /// <summary>The worker's id, an <see cref="Identifier"/>, unique in its cluster. Default: the host's name.</summary>
    public WorkerId Id { get; init; } = new(Machine.Hostname);

    /// <summary>The host's name, as <c>{{mesos.hostname}}</c> gives it. Default: the machine's.</summary>
    public string Hostname { get; init; } = Machine.Hostname;

    /// <summary>Where the worker keeps everything, an absolute path; made when it is not there. Roles other than the worker's own user must be able to pass through to it.</summary>
    public required string Folder { get; init; }

    /// <summary>What the worker offers. Default: every core, all memory but 512 MB, and the free space of the folder's disk.</summary>
    public required ResourceGrant Total { get; init; }

    /// <summary>The worker's attributes, for placement constraints. <c>host</c> is added when it is not there.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The time between two heartbeats, 100 ms to 1 minute; default 1 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a killed task's processes may take to end after SIGTERM before SIGKILL, 0 to 1 hour; default 60 s (aurora-spec section 3.6).</summary>
    public TimeSpan KillWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long and how many folders of ended tasks are kept after the broker has stored their end.</summary>
    public RetentionOptions Retention { get; init; } = new();

    /// <summary>The ports that tasks are given, for example <c>31000-32000,40000</c>; that is also the default's first part (as in Mesos).</summary>
    public string Ports { get; init; } = "31000-32000";

    /// <summary>How many numbers that are; the broker places no more tasks with ports than there are numbers.</summary>
    public int PortCount => (PortRange.Parse(Ports).Range ?? PortRange.Default).Count;

    /// <summary>Memory that every task may use beyond its grant, in bytes, 0 or more; default 128 MB, Aurora's executor overhead.</summary>
    public long RamAllowance { get; init; } = 128L * 1024 * 1024;

    /// <summary>Whether a task's cores are a hard limit (<c>quota</c>), or a share that counts when the machine is busy (<c>shares</c>, the default, as in Mesos).</summary>
    public string CpuLimit { get; init; } = "shares";

    /// <summary>How many processes and threads a task may have at once, 16 to 1,000,000; default 4,096.</summary>
    public int MaxProcesses { get; init; } = 4096;

    /// <summary>
    /// <c>auto</c>: cgroup v2, else v1, else sampling, by what the machine permits; <c>sampling</c>: without cgroups. Default: <c>auto</c>. What came of it is among the worker's attributes.
    /// </summary>
    public string Isolation { get; init; } = "auto";

    /// <summary>The cgroup under which the worker makes its own, one name or several joined by <c>/</c>; default <c>aurora</c>.</summary>
    public string CgroupParent { get; init; } = "aurora";

    /// <summary>Where the output of processes goes that do not say so themselves (aurora-spec section 2.4); default: files, not rotated.</summary>
    public LoggerConfiguration Logger { get; init; } = new();

    /// <summary>How many launches may be under way at once, 1 to 1,000; default 32.</summary>
    public int LaunchLimit { get; init; } = 32;

    /// <summary>How long a role's shim stays when nothing runs and no agent is there, 1 s to 1 hour; default 60 s. <c>aurora dev</c> takes 1 s, to leave nothing behind.</summary>
    public TimeSpan ShimIdle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Lets the role <c>root</c> run. Default: false.</summary>
    public bool AllowRoot { get; init; }

    /// <summary>Runs every role as the worker's own user: for a plain user's <c>aurora dev</c>, which says so. Default: false.</summary>
    public bool RunAllRolesAsCurrentUser { get; init; }

    /// <summary>The shell for command lines, an absolute path to something that takes <c>-c LINE</c>; a <c>cmd.exe</c> gets <c>/d /s /c LINE</c>. Default:
    /// <c>/bin/bash</c>, or <c>/bin/sh</c> where there is none; on Windows the system's <c>cmd.exe</c>.</summary>
    public string Shell { get; init; } = Machine.Shell;

    /// <summary>The processes' PATH. Default: the worker's own; the system's when the worker is root.</summary>
    public string SearchPath { get; init; } = Machine.SearchPath;

    /// <summary>Every fault of these options.</summary>
    /// <returns>Faults (AUR5001), none when all is well.</returns>
    public IReadOnlyList<Fault> Validate()
    {
        var faults = new List<Fault>();
        Check(Identifier.IsValid(Id.Value), "id", Id.Value, $"must be {Identifier.Rule}");
        Check(Hostname.Length is > 0 and <= 255, "hostname", Hostname, "must have 1 to 255 characters");
        Check(Path.IsPathFullyQualified(Folder), "folder", Folder, "must be an absolute path");
        Check(double.IsFinite(Total.Cpu) && Total.Cpu > 0, "resources.cpu", $"{Total.Cpu}", "must be greater than 0");
        Check(Total.Ram >= 1024 * 1024, "resources.ram", $"{Total.Ram}", "must be at least 1 MB");
        Check(Total.Disk >= 1024 * 1024, "resources.disk", $"{Total.Disk}", "must be at least 1 MB");
        Check(Total.Gpu >= 0, "resources.gpu", $"{Total.Gpu}", "must be 0 or more");
        CheckTime(HeartbeatInterval, "heartbeat_secs", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        CheckTime(KillWait, "kill_wait_secs", TimeSpan.Zero, TimeSpan.FromHours(1));
        faults.AddRange(Retention.Validate());
        CheckTime(ShimIdle, "shim_idle_secs", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        if (PortRange.Parse(Ports).Fault is { } noPorts)
        {
            faults.Add(noPorts);
        }

        Check(RamAllowance >= 0, "ram_allowance", $"{RamAllowance}", "must be 0 or more");
        Check(CpuLimit is "shares" or "quota", "cpu_limit", CpuLimit, "must be shares or quota");
        Check(MaxProcesses is >= 16 and <= 1_000_000, "max_processes", $"{MaxProcesses}", "must be 16 to 1,000,000");
        Check(Isolation is "auto" or "sampling", "isolation", Isolation, "must be auto or sampling");
        Check(IsolationOptions.IsValidParent(CgroupParent), "cgroup_parent", CgroupParent, "must be names of letters, digits, '_', '-' and '.', joined by '/', none of which begins with a dot");
        Check(Logger.Destination is "file" or "console" or "both" or "none", "logger.destination", Logger.Destination, "must be file, console, both or none");
        Check(Logger.Mode is "standard" or "rotate", "logger.mode", Logger.Mode, "must be standard or rotate");
        Check(Logger.Rotate is null or { LogSize: > 0, Backups: > 0 }, "logger.rotate", $"{Logger.Rotate?.LogSize}, {Logger.Rotate?.Backups}", "log_size and backups must be greater than 0");
        Check(LaunchLimit is >= 1 and <= 1000, "launch_limit", $"{LaunchLimit}", "must be 1 to 1,000");
        Check(Path.IsPathFullyQualified(Shell) && File.Exists(Shell), "shell", Shell, "must be the absolute path of a shell that is there");
        foreach (var (name, _) in Attributes.Where(a => !Identifier.IsValid(a.Key)))
        {
            Check(false, "attributes", name, $"names must be {Identifier.Rule}");
        }

        return faults;

        void Check(bool holds, string field, string value, string rule)
        {
            if (!holds)
            {
                faults.Add(new Fault(ErrorCodes.InvalidConfiguration, field, value, rule));
            }
        }

        void CheckTime(TimeSpan value, string field, TimeSpan least, TimeSpan most) =>
            Check(value >= least && value <= most, field, $"{value.TotalSeconds}", $"must be {least.TotalSeconds} to {most.TotalSeconds} seconds");
    }
}
