using System.Collections.Concurrent;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Messaging;

namespace Aurora.Benchmarks.Launch;

/// <summary>The broker's side of the bus and nothing of its work: sends orders, hears reports, and says of every end that it is recorded.</summary>
internal sealed class BrokerStub : IAsyncDisposable
{
    private readonly IMessageBus _bus;
    private readonly WorkerId _worker;
    private readonly ConcurrentDictionary<TaskId, Order> _orders = new();
    private IAsyncDisposable? _ears;

    private BrokerStub(IMessageBus bus, WorkerId worker) => (_bus, _worker) = (bus, worker);

    public static async Task<BrokerStub> StartAsync(IMessageBus bus, WorkerId worker)
    {
        var stub = new BrokerStub(bus, worker);
        await bus.DeclareQueueAsync(QueueNames.Status, CancellationToken.None);
        await bus.DeclareQueueAsync(QueueNames.Worker(worker), CancellationToken.None);
        stub._ears = await bus.ConsumeAsync(QueueNames.Status, 500, stub.HearAsync, CancellationToken.None);
        return stub;
    }

    /// <summary>Orders a task.</summary>
    /// <returns>Two tasks that end when it runs, and when it has ended.</returns>
    public async Task<(Task Running, Task<TaskReport> Ended)> OrderAsync(LaunchTask launch)
    {
        var order = _orders[launch.TaskId] = new Order();
        await SendAsync(launch);
        return (order.Running.Task, order.Ended.Task);
    }

    public Task SendAsync<T>(T message)
        where T : class
    {
        var contract = MessageCatalog.Of(typeof(T));
        return _bus.PublishAsync(
            QueueNames.Worker(_worker), new BusMessage(contract.Name, contract.Version, Guid.NewGuid(), contract.Write(message)), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_ears is not null)
        {
            await _ears.DisposeAsync();
        }
    }

    private async ValueTask HearAsync(IDelivery delivery, CancellationToken cancellationToken)
    {
        var (message, _) = MessageCatalog.Read(delivery.Message.Name, delivery.Message.Version, delivery.Message.Body.Span);
        var reports = message switch
        {
            TasksReported e => e.Tasks,
            WorkerHello e => e.Tasks,
            _ => [],
        };
        var ended = reports.Where(r => r.State.IsTerminal()).ToArray();
        if (ended.Length > 0)
        {
            await SendAsync(new EndsRecorded([.. ended.Select(r => r.TaskId).Distinct()]));
        }

        delivery.Ack();
        foreach (var report in reports.Where(r => r.State == TaskState.Running))
        {
            _ = _orders.GetValueOrDefault(report.TaskId)?.Running.TrySetResult();
        }

        foreach (var report in ended)
        {
            if (_orders.TryRemove(report.TaskId, out var order))
            {
                _ = order.Ended.TrySetResult(report);
            }
        }
    }

    private sealed record Order
    {
        public TaskCompletionSource Running { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<TaskReport> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
