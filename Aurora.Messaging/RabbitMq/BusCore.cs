using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Aurora.Messaging.RabbitMq;

/// <summary>What the parts of one bus share: its clock and log, its two lanes, its pending requests, and why it is down.</summary>
internal sealed class BusCore(RabbitMqOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    public RabbitMqOptions Options => options;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    /// <summary>Publishes, events and replies.</summary>
    public PublishLane Main { get; } = new(options.Bus, time);

    /// <summary>Requests: direct reply-to wants them on the channel that receives the replies.</summary>
    public PublishLane Requests { get; } = new(options.Bus, time);

    public RequestDesk Desk { get; } = new();

    /// <summary>Why nothing can be sent now; null when all is well.</summary>
    public Func<string?> WhyDown { get; set; } = static () => null;

    public Task SendAsync(Outgoing publish, CancellationToken cancellationToken) => Main.SendAsync(publish, WhyDown, cancellationToken);

    public void Offer(Outgoing publish) => Main.Offer(publish);

    /// <summary>A reply: transient and not mandatory, since a requester that is gone is no error.</summary>
    public static Outgoing Reply(string replyTo, BusMessage reply)
    {
        var address = ReplyAddress.Decode(replyTo);
        var properties = WireMessage.Properties(reply, persistent: false);
        properties.CorrelationId = address.Correlation;
        return new Outgoing("", address.Queue, mandatory: false, properties, reply.Body);
    }

    /// <summary>Sends a request and waits for its reply until the token ends the wait.</summary>
    public async Task<BusMessage> RequestAsync(string queue, BusMessage request, bool persistent, CancellationToken cancellationToken)
    {
        var pending = Desk.Open();
        var properties = WireMessage.Properties(request, persistent);
        properties.ReplyTo = Headers.DirectReplyTo;
        properties.CorrelationId = pending.Correlation;
        var publish = new Outgoing("", queue, mandatory: true, properties, request.Body) { Request = pending };
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = SendRequestAsync(publish, pending, wait.Token);
        try
        {
            return await pending.Reply.WaitAsync(wait.Token);
        }
        finally
        {
            // The reply may come before the confirm; then nobody waits for the confirm any more.
            Desk.Close(pending);
            await wait.CancelAsync();
            await sending;
        }
    }

    public void Dispose()
    {
        Main.Dispose();
        Requests.Dispose();
        Desk.FailAll("The bus was closed while a request waited for its reply.");
    }

    // Never throws: a failure to send is the request's failure.
    private async Task SendRequestAsync(Outgoing publish, PendingRequest pending, CancellationToken cancellationToken)
    {
        try
        {
            await Requests.SendAsync(publish, WhyDown, cancellationToken);
        }
        catch (BusException error)
        {
            pending.Fail(error);
        }
        catch (OperationCanceledException)
        {
            // The requester has its reply, or has given up.
        }
    }
}
