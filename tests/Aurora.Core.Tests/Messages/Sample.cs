using System.Text.Json;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Core.Tests.Messages;

/// <summary>One of each message and result, with every field filled in. What is in them need not make sense; it must never change.</summary>
internal static class Sample
{
    private static readonly Guid Id = new("00112233-4455-6677-8899-aabbccddeeff");
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    private static readonly JobKey Key = new("devcluster", "www-data", "devel", "hello_world");
    private static readonly TaskId Task = TaskId.Create(Key, 3, Id);
    private static readonly WorkerId Worker = new("worker-1");
    private static readonly ResourceGrant Grant = new() { Cpu = 1.5, Ram = 1048576, Disk = 8388608, Gpu = 1 };
    private static readonly Fault Fault = new("AUR1104", "task.resources.cpu", "-1", "must be greater than 0") { File = "job.json", Line = 3, Column = 9 };
    private static readonly LogChunk Chunk = new("hello", 2, "stdout", 100, "hi\n"u8.ToArray(), 103, true);

    private static readonly ResourceUsage Usage = new() { CpuSecs = 2.5, RamPeak = 4096, Disk = 8192 };
    private static readonly Dictionary<string, int> Ports = new() { ["http"] = 31000 };

    private static readonly QuotaAmount Quota = new(1.5, 1048576, 8388608);

    private static readonly QuotaSummary QuotaSummary = new()
    {
        Role = "www-data", Quota = Quota, ProductionShared = Quota, ProductionDedicated = Quota, NonProductionShared = Quota, NonProductionDedicated = Quota,
    };

    private static readonly SlaPolicyConfiguration Policy = new() { Percentage = 95.5, Count = 3, DurationSecs = 60, CoordinatorUrl = "http://x", StatusKey = "drain" };

    private static readonly WorkerSummary WorkerSummary =
        new(Worker, "host-1", true, Grant, Grant, 2, new Dictionary<string, string> { ["rack"] = "r1" })
        {
            Draining = true, Mode = MaintenanceMode.Draining, Drain = new DrainRequest("me", At, At.AddHours(1), Policy, "why"), DrainWaits = "why", LastHeard = At, PortCount = 1000,
            Problem = "a twin",
        };

    private static readonly ProcessReport Process = new()
    {
        Name = "hello", Run = 2, State = ProcessState.Failed, Pid = 4711, StartedAt = At, EndedAt = At.AddSeconds(1), ExitCode = 1, Signal = 9,
        CpuSecs = 1.25, RamPeak = 2048,
    };

    private static readonly TaskReport Report = new(Task, TaskState.Running, At, "why", [Process]) { Ports = Ports, Usage = Usage };

    private static readonly TaskConfiguration TaskConfiguration = new()
    {
        Name = "hello",
        Processes =
        [
            new ProcessConfiguration
            {
                Name = "hello", Cmdline = "echo {{mesos.instance}}", MaxFailures = 2, Daemon = true, Ephemeral = true, MinDuration = 6, Final = true,
                Logger = new LoggerConfiguration { Destination = "both", Mode = "rotate", Rotate = new RotatePolicyConfiguration { LogSize = 1000, Backups = 2 } },
            },
        ],
        Constraints = [new OrderConstraint(["hello"])],
        Resources = Grant,
        MaxFailures = 2,
        MaxConcurrency = 3,
        FinalizationWait = 31,
        User = "nobody",
    };

    private static readonly JobConfiguration Job = new()
    {
        Cluster = Key.Cluster,
        Role = Key.Role,
        Environment = Key.Environment,
        Name = Key.Name,
        Contact = "me@example.org",
        Instances = 4,
        Task = TaskConfiguration,
        Announce = new AnnounceConfiguration { PrimaryPort = "http", Portmap = new Dictionary<string, string> { ["aurora"] = "http" }, ZkPath = "/x" },
        Tier = "preferred",
        Production = true,
        Priority = 7,
        Service = true,
        MaxTaskFailures = 2,
        CronSchedule = "* * * * *",
        CronCollisionPolicy = "CANCEL_NEW",
        UpdateConfig = new UpdateConfiguration
        {
            BatchSize = 2, WatchSecs = 46, MaxPerShardFailures = 1, MaxTotalFailures = 1, RollbackOnFailure = false, WaitForBatchCompletion = true, PulseIntervalSecs = 60,
            SlaAware = true, UpdateStrategy = new UpdateStrategyConfiguration { BatchSize = 2, AutopauseAfterBatch = true, BatchSizes = [1, 2] },
        },
        Constraints = new Dictionary<string, string> { ["host"] = "limit:1" },
        Placement = new PlacementConfiguration { Strategy = "spread", By = "rack" },
        Metadata = [new MetadataEntry("team", "x")],
        HealthCheckConfig = new HealthCheckConfiguration
        {
            HealthChecker = new HealthCheckerConfiguration { Http = new HttpHealthCheckerConfiguration(), Shell = new ShellHealthCheckerConfiguration { ShellCommand = "true" } },
            InitialIntervalSecs = 16, IntervalSecs = 11, MaxConsecutiveFailures = 1, MinConsecutiveSuccesses = 2, TimeoutSecs = 1.5,
        },
        Lifecycle = new LifecycleConfiguration { Http = new HttpLifecycleConfiguration() },
        Container = new ContainerConfiguration
        {
            Docker = new DockerConfiguration { Image = "a:b", Parameters = [new DockerParameter("n", "v")] },
            Image = JsonSerializer.SerializeToElement("a:b"),
            Parameters = [new DockerParameter("n", "v")],
            Volumes = [new VolumeConfiguration { ContainerPath = "/a", HostPath = "/b", Mode = "RO" }],
        },
        ExecutorConfig = new ExecutorConfiguration { Name = "x", Data = "y" },
        EnableHooks = true,
        PartitionPolicy = new PartitionPolicyConfiguration { Reschedule = false, DelaySecs = 30, StopAfterSecs = 20 },
        SlaPolicy = new SlaPolicyConfiguration { Percentage = 95.5, Count = 3, DurationSecs = 60, CoordinatorUrl = "http://x", StatusKey = "drain" },
        TaskLinks = new Dictionary<string, string> { ["http"] = "http://x" },
    };

    /// <summary>The messages of the catalog.</summary>
    public static IReadOnlyList<object> Messages { get; } =
    [
        new CreateJob(Id, "me", Job),
        new KillTasks(Id, "me", Key, [0, 2], "why"),
        new AbortUpdate(Id, "me", Key, "why"),
        new StartUpdate(Id, "me", Job, [0, 2], "why"),
        new GetJobs(Id, "me", "www-*", "devel", "h?llo", "after", 100),
        new GetTasks(Id, "me", "www-*", "devel", "h?llo", [0, 2], Task, true, "after", 100),
        new GetUpdates(Id, "me", Key, "u-1", 10),
        new ReadTaskLog(Id, "me", Task, "hello", 2, "stderr", -100, 4096),
        new ReadTaskFile(Id, "me", Task, "out/result.bin", -100, 4096),
        new ListTaskFiles(Id, "me", Task, "out"),
        new GetCluster(Id, "me"),
        new GetWorkers(Id, "me", "web-*", "after", 100),
        new DrainWorkers(Id, "me", ["worker-1", "host-2"], Policy, 3600, "why"),
        new DeactivateWorkers(Id, "me", ["worker-1"], "why"),
        new ActivateWorkers(Id, "me", ["worker-1"]),
        new GetQuotas(Id, "me", "www-*", "after", 100),
        new SetQuota(Id, "me", "www-data", Quota),
        new Reply(Id, ReplyCode.InvalidRequest, "no", "AUR1104", [Fault], JsonSerializer.SerializeToElement(new { a = 1 })),
        new WorkerHello(Worker, Id, "host-1", "0.1.0", Grant, new Dictionary<string, string> { ["rack"] = "r1" }, [Report]) 
        {
            Draining = true, PortCount = 1000, Sequence = 12, PreviousSessions = [Id],
        },
        new WorkerHeartbeat(Worker, Id) { AnswerTo = 7, Sequence = 12, TasksDigest = "2-00000000deadbeef" },
        new TasksReported(Worker, Id, [Report]) { Sequence = 12 },
        new LaunchTask(Task, Key, 3, TaskConfiguration) { HealthCheckConfig = Job.HealthCheckConfig, Lifecycle = Job.Lifecycle, Announce = Job.Announce, StopAfterSecs = 20 },
        new KillTask(Task, "why"),
        new EndsRecorded([Task]),
        new SendHello(),
        new HeartbeatHeard(Id, 7),
        new CheckRole("www-data"),
        new RoleChecked("www-data", Fault),
        new ReadLog(Task, "hello", 2, "stdout", 100, 4096),
        new LogRead(Chunk, Fault),
        new ReadSandboxFile(Task, "out/result.bin", -100, 4096),
        new SandboxFileRead(new FileChunk("out/result.bin", 100, "hi\n"u8.ToArray(), 103), Fault),
        new ListSandbox(Task, "out"),
        new SandboxListed([new SandboxEntry("result.bin", "file", 103, At)], true, Fault),
        new TaskStateChanged(Task, Key, 3, TaskState.Assigned, TaskState.Starting, Worker, At, "why"),
        new DuplicateFound(Task, Key, 3, Worker, Task, Worker, At, "why"),
        new WorkerModeChanged(Worker, "host-1", MaintenanceMode.Draining, MaintenanceMode.Drained, At, "why"),
    ];

    /// <summary>The results that replies carry.</summary>
    public static IReadOnlyList<object> Results { get; } =
    [
        new JobCreated(Key, 4, "http://x/y"),
        new TasksKilled(Key, [Task], "http://x/y"),
        new UpdateEnded(Key, "u-1", "http://x/y"),
        new UpdateStarted(Key, "u-1", "http://x/y"),
        new JobPage(
            [new JobSummary { Key = Key, Type = "service", Configuration = Job, Pending = 1, Active = 2, Finished = 3, Failed = 4, UpdateId = "u-1", Url = "http://x/y" }], "next"),
        new TaskPage(
            [
                new TaskSummary
                {
                    TaskId = Task, Job = Key, Instance = 3, State = TaskState.Pending, Worker = Worker, Host = "host-1", PendingReason = "no room", FailureCount = 2,
                    Ancestor = Task, Resources = Grant, Metadata = [new MetadataEntry("team", "x")], Events = [new TaskEvent(At, TaskState.Pending, "why", "broker-1")],
                    Processes = [Process],
                    Ports = Ports,
                    Usage = Usage,
                },
            ],
            "next"),
        new UpdatePage(
            [
                new UpdateSummary
                {
                    UpdateId = "u-1", Job = Key, Status = "ROLLING_FORWARD", User = "me", CreatedAt = At, ModifiedAt = At, Message = "why", InstancesTotal = 4, InstancesDone = 1,
                    Events = [new UpdateEvent(At, "INSTANCE_UPDATED", 3, "why")],
                },
            ]),
        Chunk,
        new FileChunk("out/result.bin", 100, "hi\n"u8.ToArray(), 103),
        new TaskFileList("out", [new SandboxEntry("result.bin", "file", 103, At)], true),
        new ClusterStatus("devcluster", "0.1.0", "broker-1", "http://x", [WorkerSummary]) { DuplicatesFound = 2 },
        new WorkerPage([WorkerSummary], "next"),
        new WorkersChanged([WorkerSummary]),
        new QuotaPage([QuotaSummary], "next"),
        new QuotaSet(QuotaSummary),
    ];
}
