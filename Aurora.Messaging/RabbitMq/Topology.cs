using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Aurora.Messaging.RabbitMq;

/// <summary>The queues and exchanges of design section 6, and how they are made.</summary>
internal static class Topology
{
    /// <summary>How many dead letters are kept; then the oldest go. They are for people, and people do not read more.</summary>
    private const int DeadLetters = 100_000;

    /// <summary>
    /// How often a message may come back unsettled before the server itself dead-letters it. High, because a restart of a receiver is no fault of
    /// the message; but finite, because a message that kills every receiver must end somewhere.
    /// </summary>
    private const int DeliveryLimit = 1_000;

    /// <summary>How many events wait in the server for one slow listener; then it misses the oldest.</summary>
    private const int EventBacklog = 10_000;

    public static async Task DeclareSharedAsync(IChannel channel, CancellationToken cancellationToken)
    {
        await channel.ExchangeDeclareAsync(QueueNames.Events, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellationToken);
        await DeclareAsync(channel, QueueNames.DeadLetters, cancellationToken);
    }

    /// <summary>Declares a durable quorum queue; the dead-letter queue has its own arguments, whoever declares it.</summary>
    public static async Task DeclareAsync(IChannel channel, string queue, CancellationToken cancellationToken)
    {
        try
        {
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, Arguments(queue), cancellationToken: cancellationToken);
        }
        catch (OperationInterruptedException error) when (error.ShutdownReason?.ReplyCode == Constants.PreconditionFailed)
        {
            throw new BusException($"Queue '{queue}' exists with other properties than ours; delete it or use another vhost: {error.ShutdownReason.ReplyText}", error);
        }
    }

    /// <summary>Makes a queue for one listener, which the server deletes with the connection.</summary>
    /// <returns>The queue's name, chosen by the server.</returns>
    public static async Task<string> DeclareListenerAsync(IChannel channel, string pattern, CancellationToken cancellationToken)
    {
        var arguments = new Dictionary<string, object?> { ["x-max-length"] = EventBacklog, ["x-overflow"] = "drop-head" };
        var made = await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, arguments, cancellationToken: cancellationToken);
        await channel.QueueBindAsync(made.QueueName, QueueNames.Events, pattern, cancellationToken: cancellationToken);
        return made.QueueName;
    }

    private static Dictionary<string, object?> Arguments(string queue) => queue == QueueNames.DeadLetters
        ? new() { ["x-queue-type"] = "quorum", ["x-max-length"] = DeadLetters, ["x-overflow"] = "drop-head" }
        : new()
        {
            ["x-queue-type"] = "quorum",
            ["x-delivery-limit"] = DeliveryLimit,
            ["x-dead-letter-exchange"] = "",
            ["x-dead-letter-routing-key"] = QueueNames.DeadLetters,
        };
}
