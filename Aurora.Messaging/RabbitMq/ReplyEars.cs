using RabbitMQ.Client;

namespace Aurora.Messaging.RabbitMq;

/// <summary>Receives the replies of one link's request channel. An unreadable reply is dropped; its request runs into its timeout.</summary>
internal sealed class ReplyEars(IChannel channel, RequestDesk desk) : AsyncDefaultBasicConsumer(channel)
{
    public override Task HandleBasicDeliverAsync(
        string consumerTag,
        ulong deliveryTag,
        bool redelivered,
        string exchange,
        string routingKey,
        IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken = default)
    {
        if (WireMessage.Read(properties, body.ToArray()).Message is { } reply)
            desk.Answer(properties.CorrelationId, reply);
        return Task.CompletedTask;
    }
}
