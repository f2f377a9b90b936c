using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Aurora.Messaging.RabbitMq;

/// <summary>
/// A consumer on one channel of one link. Three loops: deliveries to the handler in order; settlements to the channel, coalesced and sent at once
/// when there is nothing more to take along; given-up messages to the dead letters, confirmed before the original is acknowledged. The settling loop
/// is the channel's owner. All three queues are bounded by the prefetch, since only delivered messages get there.
/// </summary>
internal sealed class ConsumerSession : IAsyncDisposable
{
    private const long PriorityEpoch = 1_750_000_000; // Of seconds, so that they stay within a priority's 32 bits for decades.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly ConsumerPlan _plan;
    private readonly IChannel _channel;
    private readonly BusCore _core;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<Delivery> _arrived = Channel.CreateUnbounded<Delivery>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Channel<Settlement> _settled = Channel.CreateUnbounded<Settlement>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Channel<GivenUp> _givenUp = Channel.CreateUnbounded<GivenUp>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SettleLedger _ledger = new();
    private Task _handling = Task.CompletedTask;
    private Task _settling = Task.CompletedTask;
    private Task _burying = Task.CompletedTask;
    private string _consumerTag = "";
    private long _lastHeard;
    private int _unsettled;

    private ConsumerSession(ConsumerPlan plan, Link link, IChannel channel, string queue, BusCore core)
    {
        (_plan, Link, _channel, Queue, _core) = (plan, link, channel, queue, core);
        _lastHeard = core.Time.GetTimestamp();
    }

    public Link Link { get; }

    /// <summary>The queue that it consumes; for listeners the one that the server named.</summary>
    public string Queue { get; }

    /// <summary>When something last arrived, as a timestamp of the bus's clock.</summary>
    public long LastHeard => Volatile.Read(ref _lastHeard);

    /// <summary>Whether the server holds deliveries back because as many as allowed are unsettled.</summary>
    public bool IsFull => Volatile.Read(ref _unsettled) >= _plan.Prefetch;

    /// <summary>Whether its owner has begun to dispose it.</summary>
    public bool IsClosing => _stop.IsCancellationRequested;

    public static async Task<ConsumerSession> OpenAsync(ConsumerPlan plan, Link link, bool declare, BusCore core, CancellationToken cancellationToken)
    {
        var channel = await link.OpenReceivingChannelAsync(cancellationToken);
        try
        {
            if (plan.Queue is not null && declare)
                await Topology.DeclareAsync(channel, plan.Queue, cancellationToken);
            var queue = plan.Queue ?? await Topology.DeclareListenerAsync(channel, plan.Pattern!, cancellationToken);
            await channel.BasicQosAsync(0, (ushort)plan.Prefetch, global: false, cancellationToken);
            var session = new ConsumerSession(plan, link, channel, queue, core);
            var ears = new ConsumerEars(channel, session.Heard, () => link.Fail($"the server ended the consumer of {plan.Source}; its queue was deleted or moved"));
            // The library does not give up this wait when the token says so; a queue whose leader is not elected yet does not answer.
            session._consumerTag = await channel.BasicConsumeAsync(
                queue, autoAck: false, consumerTag: "", noLocal: false, exclusive: false, NewestFirst(core.Time), ears, cancellationToken).WaitAsync(cancellationToken);
            session._handling = Task.Run(session.HandleAllAsync, CancellationToken.None);
            session._settling = Task.Run(session.SettleAllAsync, CancellationToken.None);
            session._burying = Task.Run(session.BuryAllAsync, CancellationToken.None);
            link.Watch(channel);
            return session;
        }
        catch
        {
            await CloseAsync(channel);
            throw;
        }
    }

    /// <summary>Settles a delivery; after the session's end this does nothing.</summary>
    public void Settle(Settlement settlement)
    {
        if (_settled.Writer.TryWrite(settlement))
            Interlocked.Decrement(ref _unsettled);
    }

    /// <summary>Sends a delivery to the dead letters.</summary>
    public void GiveUp(GivenUp message) => _givenUp.Writer.TryWrite(message);

    /// <summary>Stops receiving, sends the settlements it was given, and hands the rest back. It does not wait for a running handler.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _arrived.Writer.TryComplete();
        _givenUp.Writer.TryComplete();
        if (Link.IsLost)
        {
            _settled.Writer.TryComplete();
            return;
        }
        try
        {
            await _channel.BasicCancelAsync(_consumerTag, noWait: true).WaitAsync(CloseTimeout);
            await _burying.WaitAsync(CloseTimeout);
            _settled.Writer.TryComplete();
            await _settling.WaitAsync(CloseTimeout);
            await CloseAsync(_channel);
        }
        catch (Exception error) when (error is TimeoutException or RabbitMQClientException or IOException or ObjectDisposedException)
        {
            Link.Fail($"the consumer of {_plan.Source} did not close: {ConnectionSource.Words(error)}");
        }
    }

    // The server answers a close only after what it is busy with on that channel, which may be waiting for a queue's leader.
    private static async Task CloseAsync(IChannel channel) => await Task.WhenAny(channel.DisposeAsync().AsTask(), Task.Delay(CloseTimeout));

    private void Heard(ulong tag, bool redelivered, IReadOnlyBasicProperties properties, byte[] body)
    {
        Interlocked.Increment(ref _unsettled);
        Volatile.Write(ref _lastHeard, _core.Time.GetTimestamp());
        var (message, fault) = _plan.ReadsDeadLetters ? (WireMessage.ReadDeadLetter(properties, body), "") : WireMessage.Read(properties, body);
        var replyTo = ReplyAddress.Encode(properties.ReplyTo, properties.CorrelationId);
        if (message is null)
            GiveUp(new GivenUp(tag, new BasicProperties(properties), Headers.UnreadableName, body, $"unreadable: {fault}"));
        else if (message.Name == Headers.ProbeName)
            AnswerProbe(tag, message, replyTo);
        else
            _arrived.Writer.TryWrite(new Delivery(this, tag, message, redelivered, replyTo, WireMessage.Text(properties, Headers.Reason)));
    }

    // Whoever consumes a probe answers it, its own sender too: the answer proves the whole way, out and back.
    private void AnswerProbe(ulong tag, BusMessage probe, string? replyTo)
    {
        Settle(new Settlement(tag, Requeue: false));
        if (replyTo is not null)
            _core.Offer(BusCore.Reply(replyTo, probe));
    }

    // Of several consumers the newest gets everything. A leader that was deposed while it stood still is a consumer until the server misses its heartbeats; in turns it would
    // get every second message, and with two workers perhaps every heartbeat of one of them, which the new leader then takes for lost.
    // It is weak in that the newest is told by the wall clock, so the clocks of the machines must agree: where a new leader's is behind the old one's by more than the time between their
    // beginnings, the old one ranks first until the server gives its connection up.
    private static Dictionary<string, object?> NewestFirst(TimeProvider time) => new() { ["x-priority"] = (int)(time.GetUtcNow().ToUnixTimeSeconds() - PriorityEpoch) };

    private async Task HandleAllAsync()
    {
        try
        {
            await foreach (var delivery in _arrived.Reader.ReadAllAsync(_stop.Token))
                await HandleAsync(delivery);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server hands what was not handled to another consumer.
        }
    }

    private async Task HandleAsync(Delivery delivery)
    {
        try
        {
            await _plan.Handler(delivery, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error) // The loop's top: a handler's fault costs its message, never the consumer.
        {
            Log.HandlerFailed(_core.Logger, error, _plan.Source, delivery.Message.Name, delivery.Message.Id);
            delivery.Reject($"the handler failed: {error.Message}");
        }
    }

    private async Task SettleAllAsync()
    {
        var batch = new List<Settlement>(_plan.Prefetch);
        try
        {
            while (await _settled.Reader.WaitToReadAsync(Link.Lost))
            {
                while (_settled.Reader.TryRead(out var settlement))
                    batch.Add(settlement);
                foreach (var frame in _ledger.Plan(batch))
                    await SendAsync(frame);
                batch.Clear();
            }
        }
        catch (OperationCanceledException) when (Link.IsLost)
        {
            // Everything unsettled comes again on the next link.
        }
        catch (Exception error) when (error is RabbitMQClientException or IOException or ObjectDisposedException)
        {
            Link.Fail($"acknowledging to {_plan.Source} failed: {ConnectionSource.Words(error)}");
        }
    }

    private ValueTask SendAsync(SettleFrame frame) => frame.Requeue
        ? _channel.BasicNackAsync(frame.Tag, frame.Multiple, requeue: true, Link.Lost)
        : _channel.BasicAckAsync(frame.Tag, frame.Multiple, Link.Lost);

    private async Task BuryAllAsync()
    {
        await foreach (var message in _givenUp.Reader.ReadAllAsync(CancellationToken.None))
            await BuryAsync(message);
    }

    private async Task BuryAsync(GivenUp message)
    {
        if (_plan.ReadsDeadLetters || _plan.Queue is null)
        {
            Log.DeadLetterDropped(_core.Logger, message.Name, message.Properties.MessageId, message.Reason);
            Settle(new Settlement(message.Tag, Requeue: false));
            return;
        }
        try
        {
            await _core.SendAsync(message.Letter(_plan.Queue), Link.Lost);
            Log.DeadLettered(_core.Logger, message.Name, message.Properties.MessageId, _plan.Queue, message.Reason);
            Settle(new Settlement(message.Tag, Requeue: false));
        }
        catch (Exception error) when (error is BusException or OperationCanceledException)
        {
            Log.DeadLetterFailed(_core.Logger, _plan.Queue, error.Message);
            Settle(new Settlement(message.Tag, Requeue: true));
        }
    }
}
