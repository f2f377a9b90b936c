using Microsoft.Extensions.Logging;

namespace Aurora.Messaging.InProcess;

/// <summary>
/// Takes from one queue, one delivery after the other, while fewer than <c>prefetch</c> are unsettled. The loop is the only one that takes;
/// settling comes from any thread. Weak where a handler never returns: disposal does not wait for it, and what it holds comes again elsewhere.
/// </summary>
internal sealed class InProcessConsumer : IAsyncDisposable
{
    private readonly InProcessHub _hub;
    private readonly InProcessQueue _queue;
    private readonly int _prefetch;
    private readonly Func<IDelivery, CancellationToken, ValueTask> _handler;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Lock _lock = new();
    private readonly HashSet<InProcessDelivery> _unsettled = [];
    private int _unsettledCount;
    private int _awake;
    private bool _closed;

    private InProcessConsumer(
        InProcessHub hub, InProcessQueue queue, int prefetch, Func<IDelivery, CancellationToken, ValueTask> handler, ILogger logger) =>
        (_hub, _queue, _prefetch, _handler, _logger) = (hub, queue, prefetch, handler, logger);

    public bool HasRoom => Volatile.Read(ref _unsettledCount) < _prefetch;

    public static InProcessConsumer Start(
        InProcessHub hub, InProcessQueue queue, int prefetch, Func<IDelivery, CancellationToken, ValueTask> handler, ILogger logger)
    {
        var consumer = new InProcessConsumer(hub, queue, prefetch, handler, logger);
        consumer.Loop = Task.Run(consumer.RunAsync);
        queue.Attach(consumer);
        return consumer;
    }

    /// <summary>The loop; kept so that a fault of ours would be seen in a debugger or dump. It does not throw.</summary>
    public Task Loop { get; private set; } = Task.CompletedTask;

    /// <summary>Makes the loop look again. One wake-up under way is enough, since the loop drains the queue.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _awake, 1) == 0)
            _wake.Release();
    }

    /// <summary>Settles a delivery for good or hands it back; false when it is not ours any more.</summary>
    public bool Settle(InProcessDelivery delivery, bool requeue)
    {
        lock (_lock)
        {
            if (!_unsettled.Remove(delivery))
                return false;
            Interlocked.Decrement(ref _unsettledCount);
        }
        if (requeue)
            _queue.Return(delivery.Entry);
        else
            _queue.Settled();
        Wake();
        return true;
    }

    public bool Reject(InProcessDelivery delivery, string reason)
    {
        if (!Owns(delivery))
            return false;
        // First into the dead-letter queue, then out of this one: a crash between cannot happen in one process, but the order is the same as on RabbitMQ.
        _hub.DeadLetter(_queue.Name, delivery.Entry, reason);
        Log.DeadLettered(_logger, delivery.Message.Name, delivery.Message.Id, _queue.Name, reason);
        return Settle(delivery, requeue: false);
    }

    public async ValueTask DisposeAsync()
    {
        InProcessDelivery[] left;
        lock (_lock)
        {
            if (_closed)
                return;
            _closed = true;
            left = [.. _unsettled];
        }
        await _stop.CancelAsync();
        foreach (var delivery in left)
            Settle(delivery, requeue: true);
        _queue.Detach(this);
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                while (HasRoom && TryTake() is { } delivery)
                    await HandleAsync(delivery);
                await _wake.WaitAsync(_stop.Token);
                Volatile.Write(ref _awake, 0);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed: what is unsettled was handed back there.
        }
    }

    private InProcessDelivery? TryTake()
    {
        lock (_lock)
        {
            if (_closed || !_queue.TryTake(out var entry))
                return null;
            var delivery = new InProcessDelivery(this, entry!);
            _unsettled.Add(delivery);
            Interlocked.Increment(ref _unsettledCount);
            return delivery;
        }
    }

    private bool Owns(InProcessDelivery delivery)
    {
        lock (_lock)
            return _unsettled.Contains(delivery);
    }

    private async Task HandleAsync(InProcessDelivery delivery)
    {
        try
        {
            await _handler(delivery, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error) // The loop's top: a handler's fault costs its message, never the consumer.
        {
            Log.HandlerFailed(_logger, error, _queue.Name, delivery.Message.Name, delivery.Message.Id);
            delivery.Reject($"the handler failed: {error.Message}");
        }
    }
}
