namespace Aurora.Messaging.RabbitMq;

/// <summary>What a consumer wants, over all connections: a queue or a topic pattern, and what to do with a delivery.</summary>
/// <param name="Queue">The queue; null for a listener to events.</param>
/// <param name="Pattern">The topic pattern of a listener; null for a queue.</param>
/// <param name="Prefetch">The most unsettled deliveries.</param>
/// <param name="Handler">Called for one delivery after the other.</param>
internal sealed record ConsumerPlan(string? Queue, string? Pattern, int Prefetch, Func<IDelivery, CancellationToken, ValueTask> Handler)
{
    /// <summary>For messages to people.</summary>
    public string Source => Queue is null ? $"events '{Pattern}'" : $"queue '{Queue}'";

    /// <summary>Whether this consumer reads the dead letters, which are delivered even when they cannot be read, and never dead-lettered again.</summary>
    public bool ReadsDeadLetters => Queue == QueueNames.DeadLetters;
}
