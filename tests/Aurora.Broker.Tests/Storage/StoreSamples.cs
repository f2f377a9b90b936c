using System.Collections.Immutable;
using System.Text.Json;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.Tests.Storage;

/// <summary>Rows that are full of what a database could spoil: quotes, unicode, empty lists, nulls, long texts, extreme numbers.</summary>
internal static class StoreSamples
{
    public const string Odd = "O'Reilly \"said\" \\ <b> {{mesos.instance}} Zürich 東京 😀 \t\r\n $.x -- ; %_[";

    public static readonly DateTimeOffset Start = new(2026, 2, 28, 23, 59, 59, 999, TimeSpan.Zero);

    public static JobKey Job(string name = "hello_world") => new("devcluster", "www-data", "devel", name);

    public static TaskRecord Task(
        int instance = 0, TaskState state = TaskState.Pending, string job = "hello_world", string? id = null) => new()
    {
        Id = id is null ? TaskId.Create(Job(job), instance, Guid.NewGuid()) : new TaskId(id),
        Job = Job(job),
        Instance = instance,
        State = state,
        ConfigurationId = new string('a', 64),
        CreatedAt = Start,
        ChangedAt = Start.AddMilliseconds(1),
        Events = [new TaskEvent(Start, TaskState.Pending, null, "broker-1")],
    };

    public static TaskRecord FullTask(int instance = 1) => Task(instance, TaskState.Running) with
    {
        Worker = new WorkerId("host-1.example"),
        Ancestor = new TaskId(new string('x', 815)),
        FailureCount = int.MaxValue,
        TimesPartitioned = 3,
        NotBefore = Start.AddDays(1),
        Events =
        [
            new TaskEvent(Start, TaskState.Pending, Odd, "broker-1"),
            new TaskEvent(Start.AddSeconds(1), TaskState.Assigned, new string('é', 4000), "broker-2"),
            new TaskEvent(Start.AddSeconds(2), TaskState.Running, "", "broker-1"),
        ],
        Processes =
        [
            new ProcessReport { Name = "hello 世界", Run = 0, State = ProcessState.Waiting },
            new ProcessReport
            {
                Name = Odd, Run = 7, State = ProcessState.Killed, Pid = 4711, StartedAt = Start, EndedAt = Start.AddMilliseconds(3), ExitCode = -1, Signal = 9, CpuSecs = 0.1 + 0.2,
                RamPeak = long.MaxValue,
            },
        ],
        Ports = TaskRecord.NoPorts.Add("http", 31000).Add("Http", 65535).Add("admin-1.x", 1),
        Usage = new ResourceUsage { CpuSecs = 0.1 + 0.2, RamPeak = long.MaxValue, Disk = 1L << 40 },
    };

    public static JobConfiguration Configuration(string cmdline = Odd) => new()
    {
        Cluster = "devcluster",
        Role = "www-data",
        Environment = "devel",
        Name = "hello_world",
        Service = true,
        Instances = 4000,
        Lifecycle = new LifecycleConfiguration { Http = null },
        Metadata = [new MetadataEntry("owner", Odd)],
        Constraints = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = "limit:1", ["!rack"] = Odd },
        SlaPolicy = new SlaPolicyConfiguration { Percentage = 99.9, DurationSecs = 60 },
        UpdateConfig = new UpdateConfiguration { UpdateStrategy = new UpdateStrategyConfiguration { BatchSizes = [1, 2, 3] } },
        Task = new TaskConfiguration
        {
            Name = "hello",
            Processes = [new ProcessConfiguration { Name = "hello", Cmdline = cmdline }],
            Resources = new ResourceGrant { Cpu = 0.1, Ram = 1L << 40, Disk = long.MaxValue, Gpu = 2 },
        },
    };

    public static WorkerRecord Worker(string id = "host-1.example") => new(
        new WorkerId(id), Odd, Guid.NewGuid(), "0.1.0+é", new ResourceGrant { Cpu = 0.1 + 0.2, Ram = 8L << 30, Disk = long.MaxValue, Gpu = 1 },
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("rack", Odd).Add("Rack", "").Add("a", "1"), Start);

    public static WorkerRecord DrainingWorker(string id = "host-2.example") => Worker(id) with
    {
        PortCount = 65535,
        Mode = MaintenanceMode.Draining,
        Drain = new DrainRequest(Odd, Start, Start.AddDays(7), new SlaPolicyConfiguration { Percentage = 95.5, DurationSecs = 1800 }, Odd),
    };

    public static QuotaRecord Quota(string role = "www-data") => new(role, new QuotaAmount(0.1 + 0.2, long.MaxValue, 1L << 50));

    public static ReservationRecord Reservation(string worker = "host-1.example") => new(new WorkerId(worker), Job(), new string('a', 64), Start.AddMinutes(3));

    public static UpdateRecord Update(string? id = null, UpdateStatus status = UpdateStatus.RollForwardAwaitingPulse) => new()
    {
        Id = id ?? Guid.NewGuid().ToString(),
        Job = Job(),
        Status = status,
        User = Odd,
        CreatedAt = Start,
        ModifiedAt = Start.AddTicks(TimeSpan.TicksPerMillisecond),
        Message = new string('ß', 4000),
        TargetConfigurationId = new string('b', 64),
        Settings = new UpdateConfiguration { BatchSize = 5, PulseIntervalSecs = 60 },
        Instances =
        [
            new InstanceProgress(0, null, "b", InstanceState.Idle, 0, null),
            new InstanceProgress(7, "a", null, InstanceState.Working, 2, new TaskId("t-1")),
        ],
        Events = [new UpdateEvent(Start, "ROLLING_FORWARD", null, Odd), new UpdateEvent(Start, "INSTANCE_UPDATED", 3, null)],
    };

    public static ReplyRecord Reply() => new(
        Guid.NewGuid(), new string('0', 64),
        new Reply(
            Guid.NewGuid(), ReplyCode.JobUpdatingError, Odd, ErrorCodes.JobUpdating, [new Fault(ErrorCodes.OutOfRange, "task.cpu", "-1", Odd)],
            JsonDocument.Parse("""{"b": 1.50, "a": [null, "\u0000", {"x": 1e3}]}""").RootElement),
        Start);

    public static JobRecord JobRow(string name = "hello_world") => new(Job(name), new string('a', 64), 4000, Odd, Start);

    /// <summary>One or more rows of every table.</summary>
    public static StoreChanges Everything() => new()
    {
        Tasks = [Task(), FullTask(), Task(0, TaskState.Failed)],
        Configurations = [new ConfigurationRecord(new string('a', 64), Configuration()), new ConfigurationRecord("b", Configuration(new string('c', 40_000)))],
        Jobs = [JobRow(), JobRow("Hello_World")],
        Workers = [Worker(), Worker("HOST-1.example"), DrainingWorker()],
        Updates = [Update(), Update(status: UpdateStatus.RolledBack) with { Message = null, Events = [], Instances = [] }],
        Replies = [Reply(), Reply() with { Reply = new Reply(Guid.NewGuid(), ReplyCode.Ok, "", null, [], null) }],
        Quotas = [Quota(), Quota("WWW-data") with { Quota = QuotaAmount.Zero }],
        Reservations = [Reservation(), Reservation("HOST-1.example")],
    };
}
