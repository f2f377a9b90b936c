using RabbitMQ.Client;

namespace Aurora.Messaging.RabbitMq;

/// <summary>
/// What the RabbitMQ library calls for one consumer. It copies and hands on at once, so that no handler of ours ever holds up the library's
/// dispatcher, which a closing connection waits for.
/// </summary>
/// <param name="channel">The consumer's channel.</param>
/// <param name="heard">Called for each delivery: tag, redelivered, properties and a copy of the body.</param>
/// <param name="cancelled">Called when the server ends the consumer, for example because its queue was deleted.</param>
internal sealed class ConsumerEars(IChannel channel, Action<ulong, bool, IReadOnlyBasicProperties, byte[]> heard, Action cancelled)
    : AsyncDefaultBasicConsumer(channel)
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
        heard(deliveryTag, redelivered, properties, body.ToArray());
        return Task.CompletedTask;
    }

    public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        cancelled();
        return base.HandleBasicCancelAsync(consumerTag, cancellationToken);
    }
}
