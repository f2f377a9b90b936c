using RabbitMQ.Client;

namespace Aurora.Messaging.RabbitMq;

/// <summary>A message that goes to the dead letters: rejected by its handler, or unreadable.</summary>
internal sealed record GivenUp(ulong Tag, BasicProperties Properties, string Name, ReadOnlyMemory<byte> Body, string Reason)
{
    /// <summary>The letter: the message as it was, with the reason and where it came from.</summary>
    public Outgoing Letter(string queue)
    {
        var headers = Properties.Headers is { } existing ? new Dictionary<string, object?>(existing) : [];
        headers[Headers.Reason] = Reason;
        headers[Headers.SourceQueue] = queue;
        var properties = new BasicProperties(Properties) { Headers = headers, DeliveryMode = DeliveryModes.Persistent, Expiration = null };
        // A reply address would make the server treat the letter as a request; and a user id that is not ours would be refused.
        properties.ClearReplyTo();
        properties.ClearUserId();
        return new Outgoing("", QueueNames.DeadLetters, mandatory: true, properties, Body);
    }
}
