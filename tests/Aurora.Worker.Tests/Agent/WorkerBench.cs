using Xunit;
using System.Collections.Concurrent;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Messaging;
using Aurora.Messaging.InProcess;
using Aurora.Worker.Hosting;

namespace Aurora.Worker.Tests.Agent;

/// <summary>A worker on an in-process bus with its real launcher, and the broker's side of the bus: sends orders, hears reports.</summary>
internal sealed class WorkerBench : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly bool IsRoot = Environment.IsPrivilegedProcess;

    private static int s_benches;

    private readonly int _number = Interlocked.Increment(ref s_benches);
    private readonly InProcessBus _bus = new();
    private readonly ConcurrentQueue<object> _heard = new();
    private readonly SemaphoreSlim _news = new(0);
    private IAsyncDisposable? _ears;

    /// <summary>Two users that are everywhere; a plain user plays both itself.</summary>
    public static string Role { get; } = IsRoot ? "www-data" : Environment.UserName;

    public static string OtherRole => "nobody";

    public string Folder { get; } = $"/tmp/aurora-worker-{Guid.NewGuid():N}";

    public WorkerId Id { get; } = new("bench");

    public WorkerHost? Worker { get; private set; }

    public IMessageBus Bus => _bus;

    public TimeSpan KillWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What a test wants to be otherwise.</summary>
    public Func<WorkerOptions, WorkerOptions> Settings { get; init; } = options => options;

    /// <summary>Whether heartbeats that ask for it are answered, as a leader does that hears them.</summary>
    public bool Answers { get; set; }

    /// <summary>How many were.</summary>
    public int Answered { get; private set; }

    /// <summary>What the agents have logged.</summary>
    public BenchLog Log { get; } = new();

    public IEnumerable<TaskReport> Reports => _heard.SelectMany(m => m switch
    {
        TasksReported e => e.Tasks,
        WorkerHello e => e.Tasks,
        _ => [],
    });

    /// <summary>Twenty ports of its own: a worker gives out what is free at that moment, and several workers of one machine would give out the same.</summary>
    public string Ports
    {
        get
        {
            var first = 20_000 + (((Environment.ProcessId * 37) + _number) % 500 * 20);
            return $"{first}-{first + 19}";
        }
    }

    public IEnumerable<T> Heard<T>() => _heard.OfType<T>();

    public static async Task<WorkerBench> StartAsync(TimeSpan? killWait = null, Func<WorkerOptions, WorkerOptions>? settings = null)
    {
        var bench = new WorkerBench { KillWait = killWait ?? TimeSpan.FromSeconds(30), Settings = settings ?? (options => options) };
        await bench._bus.DeclareQueueAsync(QueueNames.Status, default);
        bench._ears = await bench._bus.Connect().ConsumeAsync(QueueNames.Status, 500, bench.HearAsync, default);
        await bench.StartWorkerAsync();
        return bench;
    }

    public LaunchTask Task(string id, params ProcessConfiguration[] processes) => TaskOf(id, Role, processes);

    public LaunchTask TaskOf(string id, string role, params ProcessConfiguration[] processes) => new(
        TaskId(id),
        new JobKey("devcluster", role, "devel", "hello"),
        3,
        new TaskConfiguration
        {
            Name = "hello",
            Processes = processes,
            Constraints = [new OrderConstraint([.. processes.Where(p => !p.Final).Select(p => p.Name)])],
            Resources = new ResourceGrant { Cpu = 1, Ram = 1 << 20, Disk = 8 << 20 },
            FinalizationWait = 1,
        });

    /// <summary>Ids are unique over all benches, as they are in a cluster: what a run left behind is found by its task's id.</summary>
    public TaskId TaskId(string id) => new($"{id}-{Path.GetFileName(Folder)}");

    public static ProcessConfiguration Process(string name, string cmdline, int maxFailures = 1) =>
        new() { Name = name, Cmdline = cmdline, MaxFailures = maxFailures, MinDuration = 0 };

    public async Task StartWorkerAsync() => Worker = await WorkerHost.StartAsync(
        Settings(new WorkerOptions
        {
            Id = Id,
            Folder = Folder,
            Total = new ResourceGrant { Cpu = 2, Ram = 1 << 30, Disk = 1 << 30 },
            KillWait = KillWait,
            ShimIdle = TimeSpan.FromSeconds(1),
            RunAllRolesAsCurrentUser = !IsRoot,
            HeartbeatInterval = TimeSpan.FromMilliseconds(200),
            Ports = Ports,
        }),
        _bus.Connect(),
        Log,
        TimeProvider.System,
        default);

    /// <summary>Stops the agent as an upgrade does: what it runs goes on.</summary>
    public async Task StopWorkerAsync()
    {
        await Worker!.DisposeAsync();
        Worker = null;
        while (_news.Wait(0))
        {
        }
    }

    public Task SendAsync<T>(T message)
        where T : class => _bus.PublishAsync(QueueNames.Worker(Id), Wrap(message), default);

    public async Task<T> AskAsync<T>(object request)
    {
        var reply = await _bus.RequestAsync(QueueNames.Worker(Id), Wrap(request), Patience, default);
        var (message, error) = MessageCatalog.Read(reply.Name, reply.Version, reply.Body.Span);
        Assert.Null(error);
        return Assert.IsType<T>(message);
    }

    public async Task<string> LogAsync(string task, string stream, string? process = null)
    {
        var read = await AskAsync<LogRead>(new ReadLog(TaskId(task), process, null, stream, 0, 10_000));
        return read.Chunk is { } chunk ? System.Text.Encoding.UTF8.GetString(chunk.Data) : $"{read.Fault!.Code} {read.Fault}";
    }

    public Task<TaskReport> WaitAsync(string task, TaskState state) => WaitAsync(task, r => r.State == state, $"{state}");

    public async Task<TaskReport> WaitAsync(string task, Func<TaskReport, bool> holds, string what = "the condition")
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (Reports.LastOrDefault(r => r.TaskId == TaskId(task) && holds(r)) is { } found)
            {
                return found;
            }

            try
            {
                await _news.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Task {task} did not come to {what}. Heard: {string.Join("; ", Reports.Where(r => r.TaskId == TaskId(task)).Select(r => $"{r.State} {r.Message}"))}");
            }
        }
    }

    /// <summary>Waits for what gives no signal.</summary>
    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        for (var end = DateTime.UtcNow + Patience; !holds(); await System.Threading.Tasks.Task.Delay(20))
        {
            Assert.True(DateTime.UtcNow < end, $"It never came to be that {what}.");
        }
    }

    /// <summary>Whether a process runs that is no zombie.</summary>
    public static bool IsAlive(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The id that a process of a task wrote into a file of its sandbox, once it is there.</summary>
    public async Task<int> PidAsync(string task, string file)
    {
        var pid = 0;
        await UntilAsync(() => File.Exists(TaskPath(task, "sandbox", file)) && int.TryParse(File.ReadAllText(TaskPath(task, "sandbox", file)), out pid), $"'{file}' holds a process id");
        return pid;
    }

    /// <summary>Makes a file in a task's sandbox, which its processes may wait for.</summary>
    public void Touch(string task, string file) => File.WriteAllText(TaskPath(task, "sandbox", file), "");

    public bool Has(string task, string file) => File.Exists(TaskPath(task, "sandbox", file));

    /// <summary>The control groups of a task, of every hierarchy; none where the worker has none.</summary>
    public IReadOnlyList<string> Groups(string task) => Directory.Exists("/sys/fs/cgroup/")
        ? [.. Directory.EnumerateDirectories("/sys/fs/cgroup", TaskId(task).Value, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4, IgnoreInaccessible = true })]
        : [];

    /// <summary>Nothing of a task runs: no process works in its sandbox, and no control group is left. A process that has just ended may keep a group busy for a moment.</summary>
    public void AssertNothingIsLeftOf(string task)
    {
        Assert.Empty(TestSupport.Programs.Processes.Mentioning(TaskPath(task)));
        SpinWait.SpinUntil(() => Groups(task).Count == 0, TimeSpan.FromSeconds(10));
        Assert.Empty(Groups(task));
    }

    public string TaskPath(string task, params string[] rest) => Path.Combine([Folder, "tasks", TaskId(task).Value, .. rest]);

    public async ValueTask DisposeAsync()
    {
        if (Worker is null)
        {
            await StartWorkerAsync();
        }

        using var patience = new CancellationTokenSource(Patience);
        await Worker!.StopTasksAsync("the test is over", patience.Token);
        await Worker.DisposeAsync();
        if (_ears is not null)
        {
            await _ears.DisposeAsync();
        }

        await _bus.DisposeAsync();
        await UntilAsync(() => !AnyProcessNames(Folder), "no process of the worker is left");
        Directory.Delete(Folder, recursive: true);
        _news.Dispose();
    }

    private static bool AnyProcessNames(string text) => Directory.EnumerateDirectories("/proc").Any(folder =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(text, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // No process, or gone meanwhile.
        }
    });

    private static BusMessage Wrap(object message)
    {
        var contract = MessageCatalog.Of(message.GetType());
        return new BusMessage(contract.Name, contract.Version, Guid.NewGuid(), contract.Write(message));
    }

    private async ValueTask HearAsync(IDelivery delivery, CancellationToken cancellationToken)
    {
        var (message, error) = MessageCatalog.Read(delivery.Message.Name, delivery.Message.Version, delivery.Message.Body.Span);
        _heard.Enqueue(message ?? throw new InvalidOperationException(error));
        delivery.Ack();
        _ = _news.Release();
        if (Answers && message is WorkerHeartbeat { AnswerTo: { } number } heartbeat)
        {
            await SendAsync(new HeartbeatHeard(heartbeat.Session, number));
            Answered++;
        }
    }
}
