using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Aurora.Messaging.RabbitMq;

/// <summary>
/// The way of publishes to one channel, in the order of the calls. Callers put them in line and wait for their confirm; the pump, one per link,
/// sends them, with at most a window of them unconfirmed. What was sent but not confirmed when a link broke is sent again first on the next
/// one, so a confirm is never reported for a message that may be lost, at the price that one may arrive twice.
/// </summary>
internal sealed class PublishLane : IDisposable
{
    private readonly BusOptions _options;
    private readonly TimeProvider _time;
    private readonly Channel<Outgoing> _line;
    private readonly SemaphoreSlim _window;

    // Touched by the pump only, and by the keeper between two pumps.
    private Queue<Outgoing> _again = new();

    public PublishLane(BusOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _line = Channel.CreateBounded<Outgoing>(new BoundedChannelOptions(options.ConfirmWindow) { SingleReader = true });
        _window = new SemaphoreSlim(options.ConfirmWindow, options.ConfirmWindow);
    }

    /// <summary>Sends and waits for the confirm, at most for the publish timeout.</summary>
    /// <param name="publish">What to send.</param>
    /// <param name="whyDown">What to tell when the time is over: why the bus cannot send now, or null.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task SendAsync(Outgoing publish, Func<string?> whyDown, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        try
        {
            if (!_line.Writer.TryWrite(publish))
                await WaitInLineAsync(publish, cancellationToken);
            var left = _options.PublishTimeout - _time.GetElapsedTime(started);
            await publish.Done.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new BusException($"Sending {publish.Label} was not confirmed within {_options.PublishTimeout}: {whyDown() ?? "the server did not answer"}");
        }
        catch (ChannelClosedException)
        {
            throw new BusException($"Sending {publish.Label}: the bus is closed.");
        }
        finally
        {
            if (!publish.Done.IsCompleted)
                publish.Abandon();
        }
    }

    /// <summary>Sends when there is room and nobody needs to know; otherwise drops it.</summary>
    public void Offer(Outgoing publish) => _line.Writer.TryWrite(publish);

    /// <summary>Sends until the link is lost, and then keeps what is unconfirmed for the next pump.</summary>
    public async Task PumpAsync(IChannel channel, Link link)
    {
        var ledger = new ConfirmLedger();
        Listen(channel, ledger);
        try
        {
            await SendAgainAsync(channel, ledger, link);
            while (await _line.Reader.WaitToReadAsync(link.Lost))
                await SendNextAsync(channel, ledger, link);
        }
        catch (OperationCanceledException) when (link.IsLost)
        {
            // The link was given up elsewhere.
        }
        catch (Exception error) when (error is RabbitMQClientException or IOException or ObjectDisposedException)
        {
            link.Fail($"publishing failed: {ConnectionSource.Words(error)}");
        }
        finally
        {
            _again = new Queue<Outgoing>(ledger.Close().Concat(_again));
        }
    }

    /// <summary>Nothing is sent any more; whoever waits gets an error.</summary>
    public void Dispose()
    {
        var error = new BusException("The bus was closed before the message was confirmed.");
        _line.Writer.TryComplete();
        while (_line.Reader.TryRead(out var waiting))
            waiting.Fail(error);
        while (_again.TryDequeue(out var unconfirmed))
            unconfirmed.Fail(error);
        _window.Dispose();
    }

    private async Task WaitInLineAsync(Outgoing publish, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.PublishTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await _line.Writer.WriteAsync(publish, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }

    private async Task SendAgainAsync(IChannel channel, ConfirmLedger ledger, Link link)
    {
        while (_again.TryPeek(out var publish))
        {
            await link.Gate.WaitAsync(link.Lost);
            _again.Dequeue();
            if (publish.Done.IsCompleted)
                _window.Release();
            else
                await SendAsync(publish, channel, ledger, link);
        }
    }

    // A publish stays in the line until it has its place in the window and the gate is open, so that a link lost meanwhile does not lose it.
    private async Task SendNextAsync(IChannel channel, ConfirmLedger ledger, Link link)
    {
        await link.Gate.WaitAsync(link.Lost);
        await _window.WaitAsync(link.Lost);
        if (!_line.Reader.TryRead(out var publish) || publish.Done.IsCompleted)
            _window.Release();
        else
            await SendAsync(publish, channel, ledger, link);
    }

    private static async ValueTask SendAsync(Outgoing publish, IChannel channel, ConfirmLedger ledger, Link link)
    {
        ledger.Add(publish);
        publish.Request?.Sent();
        await channel.BasicPublishAsync(publish.Exchange, publish.RoutingKey, publish.Mandatory, publish.Properties, publish.Body, link.Lost);
    }

    private void Listen(IChannel channel, ConfirmLedger ledger)
    {
        channel.BasicAcksAsync += (_, ack) => Settle(ledger, ack.DeliveryTag, ack.Multiple, null);
        channel.BasicNacksAsync += (_, nack) => Settle(ledger, nack.DeliveryTag, nack.Multiple, "the server refused it (queue full or unavailable)");
        channel.BasicReturnAsync += (_, back) => Return(ledger, back);
    }

    private Task Settle(ConfirmLedger ledger, ulong sequence, bool multiple, string? refusal)
    {
        var settled = ledger.Settle(sequence, multiple);
        foreach (var publish in settled)
        {
            if (refusal is null)
                publish.Confirm();
            else
                publish.Fail(new BusException($"Sending {publish.Label}: {refusal}."));
        }
        if (settled.Count > 0)
            _window.Release(settled.Count);
        return Task.CompletedTask;
    }

    // The server returns a message that no queue takes just before it confirms it.
    private static Task Return(ConfirmLedger ledger, BasicReturnEventArgs back)
    {
        foreach (var publish in ledger.Returned(back.BasicProperties.MessageId, back.RoutingKey))
            publish.Fail(new BusException($"Sending {publish.Label}: there is no such queue ({back.ReplyText}); declare it first."));
        return Task.CompletedTask;
    }
}
