using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.TestSupport.Brokers;

namespace Aurora.PowerShell.Tests;

/// <summary>Jobs, tasks and a stand-in broker that knows one job.</summary>
internal static class Some
{
    internal static readonly JobKey Key = new("stub", "www-data", "devel", "hello");

    internal const string JobFile = """
        {"cluster": "stub", "role": "www-data", "environment": "devel", "name": "hello", "service": true,
         "task": {"processes": [{"name": "hello", "cmdline": "sleep 1"}], "resources": {"cpu": 1, "ram": "16MB", "disk": "16MB"}}}
        """;

    internal static StubBroker Broker(TaskState state = TaskState.Running) => StubBroker.Start(r => Answer(r, state), "stub-token");

    private static Reply Answer(ICommand request, TaskState state) => request switch
    {
        CreateJob { Job.Name: "taken" } => StubBroker.Refuse(request, "AUR2001", "Job stub/www-data/devel/taken already exists."),
        CreateJob create => StubBroker.Ok(request, new JobCreated(create.Job.Key, create.Job.Instances, "http://stub/job"), "1 new tasks pending"),
        KillTasks { Job.Name: "nobody" } => StubBroker.Refuse(request, "AUR2002", "There is no job."),
        KillTasks => StubBroker.Ok(request, new TasksKilled(Key, [], "http://stub/job"), "Tasks killed."),
        StartUpdate => StubBroker.Ok(request, new UpdateStarted(Key, "u-1", "http://stub/update"), "Update started."),
        GetUpdates => StubBroker.Ok(request, new UpdatePage([Update()])),
        GetJobs { Name: "none" } => StubBroker.Ok(request, new JobPage([], null)),
        GetJobs => StubBroker.Ok(request, new JobPage([Job()], null)),
        GetTasks { ActiveOnly: true } when state is TaskState.Failed => StubBroker.Ok(request, new TaskPage([], null)),
        GetTasks { Name: "none" } => StubBroker.Ok(request, new TaskPage([], null)),
        GetTasks => StubBroker.Ok(request, new TaskPage([Task(state)], null)),
        ReadTaskLog read => StubBroker.Ok(request, Chunk(read)),
        ListTaskFiles { Path: "" or "out" } list => StubBroker.Ok(request, new TaskFileList(list.Path,
            [new SandboxEntry("deeper", "folder", 4096, DateTimeOffset.UnixEpoch), new SandboxEntry("notes.txt", "file", 14, DateTimeOffset.UnixEpoch)], list.Path == "out")),
        ReadTaskFile { Path: "out/notes.txt" } => StubBroker.Ok(request, new FileChunk("out/notes.txt", 0, "one\ntwo\nthr\u00e9e"u8.ToArray(), 14)),
        ReadTaskFile or ListTaskFiles => StubBroker.Refuse(request, "AUR2010", "path is 'nothing': does not exist"),
        GetWorkers { Name: "none" } => StubBroker.Ok(request, new WorkerPage([], null)),
        GetWorkers => StubBroker.Ok(request, new WorkerPage([Worker(MaintenanceMode.Drained)], null)),
        DrainWorkers { Workers: ["nobody"] } => StubBroker.Refuse(request, "AUR2011", "There is no worker nobody."),
        DrainWorkers => StubBroker.Ok(request, new WorkersChanged([Worker(MaintenanceMode.Draining)]), "1 worker is being drained."),
        DeactivateWorkers => StubBroker.Ok(request, new WorkersChanged([Worker(MaintenanceMode.Scheduled)])),
        ActivateWorkers => StubBroker.Ok(request, new WorkersChanged([Worker(MaintenanceMode.None)])),
        GetQuotas get => StubBroker.Ok(request, new QuotaPage([Quota(get.Role ?? "www-data", QuotaAmount.Zero)], null)),
        SetQuota { Role: "greedy" } => StubBroker.Refuse(request, "AUR2012", "role greedy uses 2.00 cores more than that"),
        SetQuota set => StubBroker.Ok(request, new QuotaSet(Quota(set.Role, set.Quota)), "Quota set."),
        _ => StubBroker.Refuse(request, "AUR3008", "not in this test"),
    };

    private static WorkerSummary Worker(MaintenanceMode mode)
    {
        var grant = new ResourceGrant { Cpu = 4, Ram = 8L << 30, Disk = 100L << 30 };
        return new WorkerSummary(new WorkerId("worker-1"), "host-1", true, grant, grant, 2, new Dictionary<string, string> { ["rack"] = "r1" }) { Mode = mode };
    }

    private static QuotaSummary Quota(string role, QuotaAmount amount) => new()
    {
        Role = role, Quota = amount, ProductionShared = amount, ProductionDedicated = amount, NonProductionShared = amount, NonProductionDedicated = amount,
    };

    private static LogChunk Chunk(ReadTaskLog read)
    {
        var all = "one\ntwo\nthr\u00e9e"u8.ToArray();
        var offset = (int)(read.Offset < 0 ? Math.Max(0, all.Length + read.Offset) : Math.Min(read.Offset, all.Length));
        return new LogChunk(read.Process ?? "hello", 0, read.Stream, offset, all[offset..], all.Length, Ended: true);
    }

    private static JobSummary Job() => new()
    {
        Key = Key, Type = "service", Configuration = Configuration(), Pending = 0, Active = 1, Finished = 2, Failed = 3, Url = "http://stub/job",
    };

    private static TaskSummary Task(TaskState state) => new()
    {
        TaskId = new TaskId("www-data-devel-hello-0-x"), Job = Key, Instance = 0, State = state, Host = "host-1",
        Resources = Configuration().Task.Resources,
        Events = [new TaskEvent(DateTimeOffset.UnixEpoch, state, "exit code 7", "b")],
        Processes = [new ProcessReport { Name = "hello", Run = 0, State = ProcessState.Running, Pid = 42 }],
        Ports = new Dictionary<string, int> { ["aurora"] = 31000, ["http"] = 31000 },
        Usage = new ResourceUsage { CpuSecs = 1.5, RamPeak = 3 << 20, Disk = 1 << 19 },
    };

    private static UpdateSummary Update() => new()
    {
        UpdateId = "u-1", Job = Key, Status = "ROLLED_BACK", User = "kim", CreatedAt = DateTimeOffset.UnixEpoch, ModifiedAt = DateTimeOffset.UnixEpoch,
        InstancesTotal = 1, InstancesDone = 0, Events = [], Message = "instance 0 failed",
    };

    private static JobConfiguration Configuration() => new()
    {
        Cluster = Key.Cluster, Role = Key.Role, Environment = Key.Environment, Name = Key.Name, Service = true,
        Task = new TaskConfiguration
        {
            Name = "hello", Processes = [new ProcessConfiguration { Name = "hello", Cmdline = "sleep 1" }],
            Resources = new ResourceGrant { Cpu = 1, Ram = 16 << 20, Disk = 16 << 20 },
        },
    };
}
