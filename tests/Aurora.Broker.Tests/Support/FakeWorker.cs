using System.Threading.Channels;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Messaging;

namespace Aurora.Broker.Tests.Support;

/// <summary>A worker that runs nothing: it says what the test tells it to, and hands the test what the broker sent.</summary>
internal sealed class FakeWorker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly IMessageBus _bus;
    private readonly Channel<object> _received = Channel.CreateUnbounded<object>();
    private IAsyncDisposable? _consumer;

    private FakeWorker(IMessageBus bus, string id, double cpu) => (_bus, Id, Total) = (bus, new WorkerId(id), Some.Grant(cpu, 1L << 30, 1L << 30));

    public WorkerId Id { get; }

    public ResourceGrant Total { get; }

    public Guid Session { get; private set; } = Guid.NewGuid();

    /// <summary>What its next hello says.</summary>
    public bool Draining { get; set; }

    /// <summary>What it answers when it is asked about a role.</summary>
    public Func<string, Fault?> CheckRole { get; set; } = _ => null;

    /// <summary>What it answers when it is asked for a log.</summary>
    public Func<ReadLog, LogRead>? ReadLog { get; set; }

    /// <summary>What it answers when it is asked for a file or a folder of a sandbox; what it does not answer is left unanswered.</summary>
    public Func<object, object?>? ReadSandbox { get; set; }

    public int RoleChecks { get; private set; }

    public static async Task<FakeWorker> StartAsync(IMessageBus bus, string id = "w1", double cpu = 8)
    {
        var worker = new FakeWorker(bus, id, cpu);
        await bus.DeclareQueueAsync(QueueNames.Worker(worker.Id), default);
        await bus.DeclareQueueAsync(QueueNames.Status, default);
        worker._consumer = await bus.ConsumeAsync(QueueNames.Worker(worker.Id), 100, worker.HandleAsync, default);
        return worker;
    }

    public Task HelloAsync(params TaskReport[] tasks) =>
        SendAsync(new WorkerHello(Id, Session, $"{Id}.example.org", "1", Total, new Dictionary<string, string> { ["os"] = "linux" }, tasks) { Draining = Draining });

    public Task HelloAgainAsync(params TaskReport[] tasks)
    {
        Session = Guid.NewGuid();
        return HelloAsync(tasks);
    }

    public Task HeartbeatAsync(long? answerTo = null) => SendAsync(new WorkerHeartbeat(Id, Session) { AnswerTo = answerTo });

    public Task ReportAsync(TaskId task, TaskState state, string? message = null) => SendAsync(new TasksReported(Id, Session, [Report(task, state, message)]));

    public Task ReportAsync(TaskReport report) => SendAsync(new TasksReported(Id, Session, [report]));

    public static TaskReport Report(TaskId task, TaskState state, string? message = null) => new(task, state, DateTimeOffset.UnixEpoch, message, []);

    /// <summary>The next message of a type; others before it are passed over.</summary>
    public async Task<T> NextAsync<T>()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (await _received.Reader.ReadAsync(patience.Token) is T message)
                return message;
        }
    }

    /// <summary>Everything that has come and was not read yet.</summary>
    public IReadOnlyList<object> Received()
    {
        var all = new List<object>();
        while (_received.Reader.TryRead(out var message))
            all.Add(message);
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        if (_consumer is not null)
            await _consumer.DisposeAsync();
    }

    private async ValueTask HandleAsync(IDelivery delivery, CancellationToken cancellationToken)
    {
        var message = MessageCatalog.Read(delivery.Message.Name, delivery.Message.Version, delivery.Message.Body.Span).Message;
        if (message is CheckRole check)
        {
            RoleChecks++;
            await _bus.ReplyAsync(delivery, Wire(new RoleChecked(check.Role, CheckRole(check.Role))), cancellationToken);
        }
        else if (message is ReadLog read && ReadLog is { } answer)
            await _bus.ReplyAsync(delivery, Wire(answer(read)), cancellationToken);
        else if (message is ReadSandboxFile or ListSandbox && ReadSandbox?.Invoke(message) is { } said)
            await _bus.ReplyAsync(delivery, Wire(said), cancellationToken);
        else if (message is not null)
            _received.Writer.TryWrite(message);
        delivery.Ack();
    }

    private Task SendAsync(object message) => _bus.PublishAsync(QueueNames.Status, Wire(message), default);

    private static BusMessage Wire(object message)
    {
        var contract = MessageCatalog.Of(message.GetType());
        return new BusMessage(contract.Name, contract.Version, Guid.NewGuid(), contract.Write(message));
    }
}
