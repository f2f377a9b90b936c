using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.Messaging.InProcess;

/// <summary>
/// The bus of the embedded default: queues in this process's memory, with the semantics of RabbitMQ (at least once, order per queue, prefetch,
/// redelivery, dead letters, request and reply, topic events). Broker, worker and HTTP endpoint share one through <see cref="Connect"/>.
/// Memory is bounded by <see cref="InProcessOptions"/>. Weak where the process ends: the queues end with it, and state is made again from the store.
/// </summary>
public sealed class InProcessBus : IMessageBus
{
    private readonly InProcessHub _hub;
    private readonly SemaphoreSlim _window;
    private readonly ConcurrentDictionary<IAsyncDisposable, byte> _receivers = new();
    private readonly CancellationTokenSource _closed = new();
    private int _disposed;

    /// <summary>Makes a new bus with its own queues.</summary>
    /// <param name="options">Its bounds; null takes the defaults.</param>
    /// <param name="logger">Where dead letters and failing handlers are reported.</param>
    /// <param name="time">The clock of its waits; null takes the system's.</param>
    public InProcessBus(InProcessOptions? options = null, ILogger<InProcessBus>? logger = null, TimeProvider? time = null)
        : this(new InProcessHub(Checked(options ?? new InProcessOptions()), time ?? TimeProvider.System, logger ?? NullLogger<InProcessBus>.Instance))
    {
    }

    private InProcessBus(InProcessHub hub) =>
        (_hub, _window) = (hub, new SemaphoreSlim(hub.Options.Bus.ConfirmWindow, hub.Options.Bus.ConfirmWindow));

    /// <inheritdoc/>
    public BusHealth Health => IsClosed ? new BusHealth(false, "the bus is closed") : new BusHealth(true, null);

    private bool IsClosed => Volatile.Read(ref _disposed) != 0;

    /// <summary>Makes another connection to the same queues; disposing it ends only its own consumers.</summary>
    /// <returns>The connection.</returns>
    public InProcessBus Connect() => new(_hub);

    /// <inheritdoc/>
    public Task DeclareQueueAsync(string queue, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        BusLimits.CheckName(queue);
        _hub.Declare(queue);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task PublishAsync(string queue, BusMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfClosed();
        BusLimits.Check(message);
        return AddAsync(queue, new QueueEntry(message, replyTo: null), cancellationToken);
    }

    /// <inheritdoc/>
    public Task PublishEventAsync(string routingKey, BusMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfClosed();
        BusLimits.CheckName(routingKey);
        BusLimits.Check(message);
        _hub.PublishEvent(routingKey, message);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IAsyncDisposable> ConsumeAsync(
        string queue, int prefetch, Func<IDelivery, CancellationToken, ValueTask> handler, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        BusLimits.CheckPrefetch(prefetch);
        return Task.FromResult<IAsyncDisposable>(Own(InProcessConsumer.Start(_hub, _hub.Queue(queue), prefetch, handler, _hub.Logger)));
    }

    /// <inheritdoc/>
    public Task<IAsyncDisposable> SubscribeAsync(string pattern, Func<BusMessage, CancellationToken, ValueTask> handler, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        BusLimits.CheckName(pattern);
        var subscription = InProcessSubscription.Start(_hub, pattern, handler, _hub.Options.EventBacklog, _hub.Logger);
        _hub.Subscribe(subscription);
        return Task.FromResult<IAsyncDisposable>(Own(subscription));
    }

    /// <inheritdoc/>
    public async Task<BusMessage> RequestAsync(string queue, BusMessage request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        BusLimits.Check(request);
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        var started = _hub.Time.GetTimestamp();
        var (replyTo, reply) = _hub.OpenRequest();
        try
        {
            await AddAsync(queue, new QueueEntry(request, replyTo), closing.Token);
            var left = timeout - _hub.Time.GetElapsedTime(started);
            return await reply.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, _hub.Time, closing.Token);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"No reply to '{request.Name}' ({request.Id}) from queue '{queue}' within {timeout}.");
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new BusException($"The bus was closed while '{request.Name}' ({request.Id}) waited for its reply.");
        }
        finally
        {
            _hub.CloseRequest(replyTo);
        }
    }

    /// <inheritdoc/>
    public Task ReplyAsync(IDelivery request, BusMessage reply, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        BusLimits.Check(reply);
        _hub.Reply(request.ReplyTo ?? throw new ArgumentException("The message is no request: it has no reply address.", nameof(request)), reply);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _closed.CancelAsync();
        foreach (var receiver in _receivers.Keys)
            await receiver.DisposeAsync();
    }

    // The fast way, into a queue with room, ends at once and allocates nothing but the entry.
    private Task AddAsync(string queue, QueueEntry entry, CancellationToken cancellationToken)
    {
        if (_hub.Find(queue) is not { } target)
            return Task.FromException(InProcessHub.Missing(queue));
        return target.Add(entry) is { } waiting ? WaitForRoomAsync(target, waiting, cancellationToken) : Task.CompletedTask;
    }

    private async Task WaitForRoomAsync(InProcessQueue queue, WaitingPublish waiting, CancellationToken cancellationToken)
    {
        var message = waiting.Entry.Message;
        // The line itself is bounded by the window: a further publish is refused at once instead of growing the line.
        if (!_window.Wait(0, CancellationToken.None))
        {
            if (!queue.GiveUp(waiting))
                return;
            throw new BusException($"Publishing '{message.Name}' ({message.Id}): queue '{queue.Name}' is full and {_hub.Options.Bus.ConfirmWindow} publishes wait already.");
        }
        try
        {
            await waiting.Done.WaitAsync(_hub.Options.Bus.PublishTimeout, _hub.Time, cancellationToken);
        }
        catch (TimeoutException) when (queue.GiveUp(waiting))
        {
            throw new BusException($"Publishing '{message.Name}' ({message.Id}): queue '{queue.Name}' stayed full ({_hub.Options.QueueLength} messages) for {_hub.Options.Bus.PublishTimeout}.");
        }
        catch (TimeoutException)
        {
            // It was admitted in the last moment: it is in the queue.
        }
        catch (OperationCanceledException)
        {
            queue.GiveUp(waiting);
            throw;
        }
        finally
        {
            _window.Release();
        }
    }

    private Owned Own(IAsyncDisposable receiver)
    {
        _receivers[receiver] = 0;
        return new Owned(this, receiver);
    }

    private void ThrowIfClosed()
    {
        if (IsClosed)
            throw new BusException("The bus is closed.");
    }

    private static InProcessOptions Checked(InProcessOptions options)
    {
        BusLimits.Check(options.Bus);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QueueLength, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.EventBacklog, 1, nameof(options));
        return options;
    }

    private sealed class Owned(InProcessBus bus, IAsyncDisposable receiver) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            bus._receivers.TryRemove(receiver, out _);
            return receiver.DisposeAsync();
        }
    }
}
