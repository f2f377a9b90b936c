using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Messaging;
using Aurora.Messaging.RabbitMq;
using Aurora.TestSupport;
using Aurora.TestSupport.Programs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.Worker.Tests.Torture;

/// <summary>
/// A real <c>aurora-worker</c> on a real RabbitMQ, which can be killed and started again and again, and the broker's side of the bus: it sends orders, hears reports, and says
/// which ends it has recorded.
/// </summary>
internal sealed class TorturedWorker : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<TaskId, TaskReport> _ends = new();
    private readonly ConcurrentDictionary<TaskId, ConcurrentQueue<TaskReport>> _heard = new();
    private readonly WorkerId _id = new("tortured");
    private readonly string _configuration;
    private readonly RabbitMqBus _bus;
    private IAsyncDisposable? _ears;

    private TorturedWorker(string folder, Uri amqp, RabbitMqBus bus)
    {
        (Folder, _bus) = (folder, bus);
        _configuration = Path.Combine(folder, "worker.json");
        File.WriteAllText(_configuration, new JsonObject
        {
            ["id"] = _id.Value,
            ["amqp"] = amqp.ToString(),
            ["folder"] = Path.Combine(folder, "worker"),
            ["resources"] = new JsonObject { ["cpu"] = 4, ["ram"] = "4GB", ["disk"] = "4GB" },
            ["kill_wait_secs"] = 20,
            ["shim_idle_secs"] = 2,
            ["run_all_roles_as_current_user"] = !Environment.IsPrivilegedProcess,
        }.ToJsonString());
    }

    public string Folder { get; }

    public string WorkerFolder => Path.Combine(Folder, "worker");

    public ChildProgram? Agent { get; private set; }

    /// <summary>The first terminal report of each task.</summary>
    public IReadOnlyDictionary<TaskId, TaskReport> Ends => _ends;

    public static async Task<TorturedWorker> StartAsync(string folder, Uri amqp)
    {
        var bus = await RabbitMqBus.ConnectAsync(RabbitMqOptions.For(amqp), NullLogger<RabbitMqBus>.Instance, TimeProvider.System, default);
        var worker = new TorturedWorker(folder, amqp, bus);
        await bus.DeclareQueueAsync(QueueNames.Status, default);
        await bus.DeclareQueueAsync(QueueNames.Worker(worker._id), default);
        worker._ears = await bus.ConsumeAsync(QueueNames.Status, 500, worker.HearAsync, default);
        return worker;
    }

    public void StartAgent() => Agent = ChildProgram.Start(BuildOutput.Worker, ["--config", _configuration]);

    /// <summary><c>aurora-worker --drain</c> on the same configuration.</summary>
    public ChildProgram StartDrain() => ChildProgram.Start(BuildOutput.Worker, ["--config", _configuration, "--drain"]);

    public async Task KillAgentAsync()
    {
        await Agent!.KillHardAsync();
        await Agent.DisposeAsync();
        Agent = null;
    }

    public Task SendAsync<T>(T message)
        where T : class
    {
        var contract = MessageCatalog.Of(typeof(T));
        return _bus.PublishAsync(QueueNames.Worker(_id), new BusMessage(contract.Name, contract.Version, Guid.NewGuid(), contract.Write(message)), default);
    }

    public TaskReport? Last(TaskId task) => _heard.TryGetValue(task, out var reports) ? reports.LastOrDefault() : null;

    /// <summary>Every terminal report of a task, repeated ones included.</summary>
    public IEnumerable<TaskReport> TerminalReports(TaskId task) => _heard.TryGetValue(task, out var reports) ? reports.Where(IsEnd) : [];

    public Task EndedAsync(IReadOnlyCollection<TaskId> tasks) => Eventually.IsTrueAsync(
        $"the ends of {tasks.Count} tasks to be reported", Patience, () => tasks.All(_ends.ContainsKey));

    public async ValueTask DisposeAsync()
    {
        if (Agent is not null)
        {
            Agent.Terminate();
            await Agent.WaitForExitAsync(Patience);
            await Agent.DisposeAsync();
        }

        if (_ears is not null)
        {
            await _ears.DisposeAsync();
        }

        await _bus.DisposeAsync();
    }

    private async ValueTask HearAsync(IDelivery delivery, CancellationToken cancellationToken)
    {
        var (message, _) = MessageCatalog.Read(delivery.Message.Name, delivery.Message.Version, delivery.Message.Body.Span);
        IReadOnlyList<TaskReport> reports = message switch { TasksReported e => e.Tasks, WorkerHello e => e.Tasks, _ => [] };
        foreach (var report in reports)
        {
            _heard.GetOrAdd(report.TaskId, _ => new()).Enqueue(report);
        }

        var ended = reports.Where(IsEnd).ToList();
        ended.ForEach(report => _ends.TryAdd(report.TaskId, report));
        delivery.Ack();
        if (ended.Count > 0)
        {
            await SendAsync(new EndsRecorded([.. ended.Select(r => r.TaskId)]));
        }
    }

    private static bool IsEnd(TaskReport report) => report.State is Core.Tasks.TaskState.Finished or Core.Tasks.TaskState.Failed
        or Core.Tasks.TaskState.Killed or Core.Tasks.TaskState.Lost;
}
