using System.Text.Json;
using Aurora.Core.Configuration;
using CsCheck;

namespace Aurora.Core.Tests.Configuration;

/// <summary>Generated jobs: valid ones, with every field of the reference filled in now and then.</summary>
internal static class Some
{
    public static Gen<JobConfiguration> Job { get; } = Gen.Select(Gen.Int[20, 4000], Gen.Bool, Gen.Int[0, 3]).SelectMany(shape => JobOf(shape.Item1, shape.Item2, shape.Item3));

    /// <summary>Texts that are hard on templates and JSON.</summary>
    public static Gen<string> Text { get; } = Gen.OneOf("{", "}", "{{", "}}", "{{&", "x", "é", "\"", "\\", "{{x}}", "{{&x}}", "{{mesos.instance}}", " ", "\n", "🚀").List[0, 8].Select(p => string.Concat(p));

    private static Gen<string> Word { get; } = Gen.OneOf("a", "b-1", "c.d", "E_f", "9", "-");

    private static Gen<IReadOnlyDictionary<string, string>> Map { get; } =
        Gen.Select(Text, Text).List[0, 3].Select(entries => (IReadOnlyDictionary<string, string>)entries.DistinctBy(e => e.Item1).ToDictionary(e => e.Item1, e => e.Item2));

    private static Gen<LoggerConfiguration> Logger { get; } =
        Gen.Select(Gen.OneOf("file", "console", "both", "none"), Gen.OneOf("standard", "rotate"), Gen.Long[1, 1L << 40], Gen.Bool).Select((destination, mode, size, rotate) =>
            new LoggerConfiguration { Destination = destination, Mode = mode, Rotate = rotate ? new RotatePolicyConfiguration { LogSize = size, Backups = 3 } : null });

    /// <summary>Command lines keep their escapes until the worker has them, so only run-time references are in them.</summary>
    private static Gen<string> Cmdline { get; } = Gen.OneOf("echo", " {{mesos.instance}}", " {{&x}}", " ${y}", " }}", " '\"'", " {{thermos.ports[http]}}").List[1, 6].Select(p => string.Concat(p));

    private static Gen<ProcessConfiguration> Process { get; } =
        Gen.Select(Cmdline, Gen.Int[0, 9], Gen.Bool, Gen.Bool, Gen.Int[0, 9], Logger.Null()).Select((cmdline, failures, daemon, final, duration, logger) =>
            new ProcessConfiguration { Name = "?", Cmdline = cmdline, MaxFailures = failures, Daemon = daemon, Final = final, MinDuration = duration, Logger = logger });

    private static Gen<TaskConfiguration> Task { get; } =
        Gen.Select(Process.List[1, 4], Gen.Double[0.001, 500], Gen.Long[1L << 20, 1L << 50], Gen.Int[0, 5], Text.Null(), Word).Select((processes, cpu, bytes, number, user, name) => new TaskConfiguration
        {
            Name = name,
            Processes = [.. processes.Select((p, i) => p with { Name = $"process {i}" })],
            Constraints = [.. Enumerable.Range(0, processes.Count).Where(i => processes[i].Final).Select(i => new OrderConstraint([$"process {i}"]))],
            Resources = new ResourceGrant { Cpu = cpu, Ram = bytes, Disk = bytes, Gpu = number },
            MaxFailures = number,
            MaxConcurrency = number,
            FinalizationWait = number * 10,
            User = user,
        });

    private static Gen<SlaPolicyConfiguration?> Sla { get; } = Gen.OneOf<SlaPolicyConfiguration?>(
        null,
        new SlaPolicyConfiguration { Count = 3, DurationSecs = 60 },
        new SlaPolicyConfiguration { Percentage = 12.5, DurationSecs = 7200 },
        new SlaPolicyConfiguration { CoordinatorUrl = "http://x/y", StatusKey = "drain" });

    private static Gen<UpdateStrategyConfiguration?> Strategy { get; } = Gen.OneOf<UpdateStrategyConfiguration?>(
        null,
        new UpdateStrategyConfiguration { BatchSize = 4 },
        new UpdateStrategyConfiguration { BatchSize = 4, AutopauseAfterBatch = false },
        new UpdateStrategyConfiguration { BatchSizes = [1, 2], AutopauseAfterBatch = true });

    private static Gen<ContainerConfiguration?> Container { get; } = Gen.OneOf<ContainerConfiguration?>(
        null,
        new ContainerConfiguration { Docker = new DockerConfiguration { Image = "a:b", Parameters = [new DockerParameter("n", "{{v}}")] } },
        new ContainerConfiguration { Image = JsonSerializer.SerializeToElement("a"), Parameters = [] },
        new ContainerConfiguration { Image = JsonSerializer.SerializeToElement(new { name = "a", tag = "b" }), Volumes = [new VolumeConfiguration { ContainerPath = "/a", HostPath = "/b", Mode = "RO" }] });

    private static Gen<JobConfiguration> JobOf(int instances, bool flag, int number) =>
        Gen.Select(Task, Text.Null(), Map, Sla, Strategy, Container, Gen.Select(Text, Text).List[0, 2], Word).Select((task, contact, map, sla, strategy, container, metadata, word) => new JobConfiguration
        {
            Cluster = word,
            Role = word,
            Environment = flag ? "prod" : "staging7",
            Name = word,
            Contact = contact,
            Instances = instances,
            Task = task,
            Announce = flag ? new AnnounceConfiguration { PrimaryPort = "p", ZkPath = contact } : null,
            Tier = flag ? word : null,
            Production = flag,
            Priority = number - 1,
            Service = flag,
            MaxTaskFailures = number - 1,
            CronSchedule = flag ? null : "*/5 * * * *",
            CronCollisionPolicy = flag ? "CANCEL_NEW" : "KILL_EXISTING",
            UpdateConfig = new UpdateConfiguration
            {
                MaxTotalFailures = number, WatchSecs = number, RollbackOnFailure = flag, SlaAware = sla is not null && flag, UpdateStrategy = strategy,
                BatchSize = strategy is null ? number + 1 : 1, WaitForBatchCompletion = strategy is null && flag, PulseIntervalSecs = flag ? 60 : null,
            },
            Constraints = new Dictionary<string, string> { ["rack"] = "limit:2", ["host"] = "!a,b" },
            Placement = flag ? new PlacementConfiguration { Strategy = "pack", By = word } : null,
            Metadata = [.. metadata.Select(m => new MetadataEntry(m.Item1, m.Item2))],
            HealthCheckConfig = new HealthCheckConfiguration
            {
                IntervalSecs = number + 0.25,
                HealthChecker = flag ? new HealthCheckerConfiguration { Shell = new ShellHealthCheckerConfiguration { ShellCommand = "true {{&x}}" } } : new HealthCheckerConfiguration { Http = new() },
            },
            Lifecycle = flag ? new LifecycleConfiguration() : new LifecycleConfiguration { Http = new HttpLifecycleConfiguration { Port = word } },
            Container = container,
            ExecutorConfig = flag ? new ExecutorConfiguration { Data = "{{mesos.instance}} {{&x}}" } : null,
            EnableHooks = flag,
            PartitionPolicy = flag ? new PartitionPolicyConfiguration { Reschedule = false, DelaySecs = number } : null,
            SlaPolicy = sla,
            TaskLinks = map,
        });
}
