using System.Collections.Immutable;
using System.Globalization;
using Aurora.Broker.State;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Benchmarks.Placement;

/// <summary>Workers and jobs of a size as production has them: machines of 8 cores, two a rack, eight zones; jobs of 100 small tasks.</summary>
internal static class Load
{
    public const string Cluster = "bench";
    public const int TasksPerJob = 100;
    private const double CoresPerWorker = 8;

    /// <summary>Twelve shapes: a third without constraints would be too kind, a third with them is what the budget says: values, negation, limits.</summary>
    private static readonly Func<int, (string, string)?>[] Constraints =
    [
        _ => null, _ => null, i => ("zone", $"z{i % 8}"), _ => null, _ => null, i => ("zone", $"!z{i % 8},z{(i + 1) % 8}"), _ => null, _ => null, _ => ("host", "limit:1"),
        _ => null, _ => null, _ => ("rack", "limit:2"),
    ];

    public static WorkerHello Hello(int number) => new(Id(number), Session, $"host{number}", "1", new ResourceGrant { Cpu = CoresPerWorker, Ram = 32L << 30, Disk = 500L << 30 },
        new Dictionary<string, string> { ["rack"] = $"r{number / 2}", ["zone"] = $"z{number % 8}", ["os"] = "linux" }, []);

    public static Guid Session { get; } = Guid.NewGuid();

    public static WorkerId Id(int number) => new($"w{number.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Jobs that fit, of which a third have constraints.</summary>
    public static IEnumerable<JobConfiguration> Mixed(int tasks, double cores, string prefix = "job") =>
        Jobs(tasks, prefix, i => Job($"{prefix}{i}", cores * (0.5 + (i % 3 * 0.5)), Constraints[i % Constraints.Length](i)));

    /// <summary>Jobs without any constraint.</summary>
    public static IEnumerable<JobConfiguration> Plain(int tasks, double cores, string prefix = "job") => Jobs(tasks, prefix, i => Job($"{prefix}{i}", cores, null));

    /// <summary>Jobs of which each may have one task on a host, and two in a rack.</summary>
    public static IEnumerable<JobConfiguration> Limited(int tasks, double cores) =>
        Jobs(tasks, "limited", i => Job($"limited{i}", cores, ("host", "limit:1")) with { Constraints = Map(("host", "limit:1"), ("rack", "limit:2")) });

    /// <summary>Jobs that fit nowhere, for every kind of reason; a quarter of them could if a worker were less full, and each of those is of another size.</summary>
    public static IEnumerable<JobConfiguration> Unschedulable(int tasks) => Jobs(tasks, "stuck", i => (i % 4) switch
    {
        0 => Job($"stuck{i}", CoresPerWorker * 2, null),
        1 => Job($"stuck{i}", 1, ("zone", "none")),
        2 => Job($"stuck{i}", 1, ("dedicated", "bench/nobody")),
        _ => Job($"stuck{i}", CoresPerWorker - 0.5 + (i * 0.0001), null),
    });

    /// <summary>A task that holds a part of each worker, running since long.</summary>
    public static (JobConfiguration Job, ImmutableArray<TaskRecord> Tasks) Filler(IEnumerable<int> workers, double cores)
    {
        var job = Job("filler", cores, null);
        var id = TaskFingerprint.Of(job);
        var at = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 1_000_000);
        return (job, [.. workers.Select((worker, i) => new TaskRecord
        {
            Id = TaskId.Create(job.Key, i, Guid.NewGuid()), Job = job.Key, Instance = i, State = TaskState.Running, ConfigurationId = id, Worker = Id(worker), CreatedAt = at, ChangedAt = at,
            Events = [new TaskEvent(at, TaskState.Running, null, "before")],
        })]);
    }

    public static JobConfiguration Job(string name, double cores, (string Attribute, string Expression)? constraint) => new()
    {
        Cluster = Cluster,
        Role = "bench",
        Environment = "test",
        Name = name,
        Instances = TasksPerJob,
        Constraints = constraint is { } one ? Map(one) : Map(),
        Task = new TaskConfiguration
        {
            Name = "main",
            Processes = [new ProcessConfiguration { Name = "main", Cmdline = "/bin/true" }],
            Resources = new ResourceGrant { Cpu = cores, Ram = 16 << 20, Disk = 16 << 20 },
        },
    };

    private static SortedDictionary<string, string> Map(params (string Key, string Value)[] pairs)
    {
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in pairs)
        {
            map[key] = value;
        }

        return map;
    }

    private static IEnumerable<JobConfiguration> Jobs(int tasks, string prefix, Func<int, JobConfiguration> make) =>
        Enumerable.Range(0, (tasks + TasksPerJob - 1) / TasksPerJob).Select(i => make(i) with { Name = $"{prefix}{i}" });
}
