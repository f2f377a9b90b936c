using Aurora.Core.Errors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.Messaging.RabbitMq;

/// <summary>
/// The production bus (design section 6): durable quorum queues, confirmed and persistent messages, direct reply-to, and a connection that is
/// rebuilt as a whole whenever a part of it breaks or a consumer goes deaf. Events are transient, because the queue of a listener goes with
/// its connection anyway, and writing them to disk would only slow down the commands beside them.
/// </summary>
public sealed class RabbitMqBus : IMessageBus
{
    private readonly BusCore _core;
    private readonly LinkKeeper _keeper;
    private int _disposed;

    private RabbitMqBus(BusCore core) => (_core, _keeper) = (core, new LinkKeeper(core));

    /// <inheritdoc/>
    public BusHealth Health => IsClosed ? new BusHealth(false, "the bus is closed") : _keeper.Health;

    private bool IsClosed => Volatile.Read(ref _disposed) != 0;

    /// <summary>Connects to a server, and keeps connected until it is disposed.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="logger">Where lost connections and dead letters are reported; null for nowhere.</param>
    /// <param name="time">The clock of all waits; null takes the system's.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <returns>The connected bus.</returns>
    /// <exception cref="AuroraException">The options have faults; it carries all of them.</exception>
    /// <exception cref="BusException">The login is refused, or no server answered within <see cref="RabbitMqOptions.ConnectTimeout"/>.</exception>
    public static async Task<RabbitMqBus> ConnectAsync(
        RabbitMqOptions options, ILogger<RabbitMqBus>? logger, TimeProvider? time, CancellationToken cancellationToken)
    {
        var faults = RabbitMqOptionsRules.Check(options);
        if (faults.Count > 0)
            throw new AuroraException(faults);
        var bus = new RabbitMqBus(new BusCore(options, time ?? TimeProvider.System, logger ?? NullLogger<RabbitMqBus>.Instance));
        try
        {
            await bus._keeper.StartAsync(cancellationToken);
            return bus;
        }
        catch
        {
            await bus.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task DeclareQueueAsync(string queue, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        BusLimits.CheckName(queue);
        await _keeper.OnLinkAsync(Declare, $"Declaring queue '{queue}'", cancellationToken);

        async Task Declare(Link link)
        {
            await using var channel = await link.OpenReceivingChannelAsync(cancellationToken);
            await Topology.DeclareAsync(channel, queue, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task PublishAsync(string queue, BusMessage message, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        BusLimits.Check(message);
        var properties = WireMessage.Properties(message, persistent: true);
        return _core.SendAsync(new Outgoing("", queue, mandatory: true, properties, message.Body), cancellationToken);
    }

    /// <inheritdoc/>
    public Task PublishEventAsync(string routingKey, BusMessage message, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        BusLimits.CheckName(routingKey);
        BusLimits.Check(message);
        var properties = WireMessage.Properties(message, persistent: false);
        return _core.SendAsync(new Outgoing(QueueNames.Events, routingKey, mandatory: false, properties, message.Body), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IAsyncDisposable> ConsumeAsync(
        string queue, int prefetch, Func<IDelivery, CancellationToken, ValueTask> handler, CancellationToken cancellationToken)
    {
        BusLimits.CheckName(queue);
        BusLimits.CheckPrefetch(prefetch);
        return ReceiveAsync(new ConsumerPlan(queue, Pattern: null, prefetch, handler), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IAsyncDisposable> SubscribeAsync(string pattern, Func<BusMessage, CancellationToken, ValueTask> handler, CancellationToken cancellationToken)
    {
        const int prefetch = 200;
        BusLimits.CheckName(pattern);
        return ReceiveAsync(new ConsumerPlan(Queue: null, pattern, prefetch, Listen), cancellationToken);

        async ValueTask Listen(IDelivery delivery, CancellationToken token)
        {
            await handler(delivery.Message, token);
            delivery.Ack();
        }
    }

    /// <inheritdoc/>
    public async Task<BusMessage> RequestAsync(string queue, BusMessage request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        BusLimits.Check(request);
        using var limit = new CancellationTokenSource(timeout, _core.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await _core.RequestAsync(queue, request, persistent: true, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"No reply to '{request.Name}' ({request.Id}) from queue '{queue}' within {timeout}.");
        }
    }

    /// <inheritdoc/>
    public Task ReplyAsync(IDelivery request, BusMessage reply, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        BusLimits.Check(reply);
        var replyTo = request.ReplyTo ?? throw new ArgumentException("The message is no request: it has no reply address.", nameof(request));
        return _core.SendAsync(BusCore.Reply(replyTo, reply), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _keeper.DisposeAsync();
        _core.Dispose();
    }

    private async Task<IAsyncDisposable> ReceiveAsync(ConsumerPlan plan, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        var consumer = new QueueConsumer(plan, _core);
        try
        {
            await _keeper.AddAsync(consumer, cancellationToken);
            return new Receiving(_keeper, consumer);
        }
        catch
        {
            await consumer.DisposeAsync();
            throw;
        }
    }

    private void ThrowIfClosed()
    {
        if (IsClosed)
            throw new BusException("The bus is closed.");
    }

    private sealed class Receiving(LinkKeeper keeper, QueueConsumer consumer) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => keeper.RemoveAsync(consumer);
    }
}
