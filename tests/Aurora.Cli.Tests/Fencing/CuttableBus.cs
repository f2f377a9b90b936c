using Aurora.Messaging;
using Aurora.Messaging.InProcess;

namespace Aurora.Cli.Tests.Fencing;

/// <summary>A connection to an in-process bus that can be cut, as a network cable can: nothing goes out, nothing comes in, and what was not acknowledged stays in its queue.</summary>
internal sealed class CuttableBus(InProcessBus hub) : IMessageBus
{
    private readonly Lock _lock = new();
    private readonly List<Consumer> _consumers = [];
    private InProcessBus? _connection = hub.Connect();

    public BusHealth Health => _connection is null ? new BusHealth(false, "the connection is cut") : _connection.Health;

    private InProcessBus Up => _connection ?? throw new BusException("The connection is cut.");

    public async Task CutAsync()
    {
        var connection = Interlocked.Exchange(ref _connection, null);
        if (connection is not null)
            await connection.DisposeAsync();
    }

    public async Task MendAsync()
    {
        _connection = hub.Connect();
        Consumer[] consumers;
        lock (_lock)
            consumers = [.. _consumers];
        foreach (var consumer in consumers)
            consumer.Inner = await _connection.ConsumeAsync(consumer.Queue, consumer.Prefetch, consumer.Handler, default);
    }

    public Task DeclareQueueAsync(string queue, CancellationToken cancellationToken) => Up.DeclareQueueAsync(queue, cancellationToken);

    public async Task PublishAsync(string queue, BusMessage message, CancellationToken cancellationToken) => await Up.PublishAsync(queue, message, cancellationToken);

    public async Task PublishEventAsync(string routingKey, BusMessage message, CancellationToken cancellationToken) =>
        await Up.PublishEventAsync(routingKey, message, cancellationToken);

    public async Task<IAsyncDisposable> ConsumeAsync(
        string queue, int prefetch, Func<IDelivery, CancellationToken, ValueTask> handler, CancellationToken cancellationToken)
    {
        var consumer = new Consumer(queue, prefetch, handler) { Inner = await Up.ConsumeAsync(queue, prefetch, handler, cancellationToken) };
        lock (_lock)
            _consumers.Add(consumer);
        return consumer;
    }

    public Task<IAsyncDisposable> SubscribeAsync(string pattern, Func<BusMessage, CancellationToken, ValueTask> handler, CancellationToken cancellationToken) =>
        Up.SubscribeAsync(pattern, handler, cancellationToken);

    public Task<BusMessage> RequestAsync(string queue, BusMessage request, TimeSpan timeout, CancellationToken cancellationToken) =>
        Up.RequestAsync(queue, request, timeout, cancellationToken);

    public Task ReplyAsync(IDelivery request, BusMessage reply, CancellationToken cancellationToken) => Up.ReplyAsync(request, reply, cancellationToken);

    public async ValueTask DisposeAsync() => await CutAsync();

    private sealed class Consumer(string queue, int prefetch, Func<IDelivery, CancellationToken, ValueTask> handler) : IAsyncDisposable
    {
        public string Queue => queue;

        public int Prefetch => prefetch;

        public Func<IDelivery, CancellationToken, ValueTask> Handler => handler;

        public required IAsyncDisposable Inner { get; set; }

        public ValueTask DisposeAsync() => Inner.DisposeAsync();
    }
}
