using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Aurora.Messaging.InProcess;

/// <summary>One listener to events: a bounded backlog that drops the oldest, and a loop that hands events on in order.</summary>
internal sealed class InProcessSubscription : IAsyncDisposable
{
    private readonly InProcessHub _hub;
    private readonly TopicPattern _pattern;
    private readonly Func<BusMessage, CancellationToken, ValueTask> _handler;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<BusMessage> _backlog;

    private InProcessSubscription(
        InProcessHub hub, string pattern, Func<BusMessage, CancellationToken, ValueTask> handler, int backlog, ILogger logger)
    {
        (_hub, _pattern, _handler, _logger) = (hub, new TopicPattern(pattern), handler, logger);
        _backlog = Channel.CreateBounded<BusMessage>(new BoundedChannelOptions(backlog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    }

    public static InProcessSubscription Start(
        InProcessHub hub, string pattern, Func<BusMessage, CancellationToken, ValueTask> handler, int backlog, ILogger logger)
    {
        var subscription = new InProcessSubscription(hub, pattern, handler, backlog, logger);
        subscription.Loop = Task.Run(subscription.RunAsync);
        return subscription;
    }

    /// <summary>The loop; it does not throw.</summary>
    public Task Loop { get; private set; } = Task.CompletedTask;

    public void Offer(string routingKey, BusMessage message)
    {
        if (_pattern.Matches(routingKey))
            _backlog.Writer.TryWrite(message);
    }

    public ValueTask DisposeAsync()
    {
        _hub.Unsubscribe(this);
        _backlog.Writer.TryComplete();
        _stop.Cancel();
        return ValueTask.CompletedTask;
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var message in _backlog.Reader.ReadAllAsync(_stop.Token))
                await HandleAsync(message);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed: events that nobody heard vanish.
        }
    }

    private async Task HandleAsync(BusMessage message)
    {
        try
        {
            await _handler(message, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error) // The loop's top: one event that cannot be handled does not end the listening.
        {
            Log.EventHandlerFailed(_logger, error, message.Name, message.Id);
        }
    }
}
