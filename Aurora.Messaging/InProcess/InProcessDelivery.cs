namespace Aurora.Messaging.InProcess;

/// <summary>A delivery of the in-process bus. Who owns it decides under the consumer's lock, so the second settlement finds nothing to do.</summary>
internal sealed class InProcessDelivery(InProcessConsumer consumer, QueueEntry entry) : IDelivery
{
    public QueueEntry Entry => entry;

    public BusMessage Message => entry.Message;

    public bool Redelivered { get; } = entry.Redelivered;

    public string? ReplyTo => entry.ReplyTo;

    public string? DeadLetterReason => entry.DeadLetterReason;

    public void Ack() => consumer.Settle(this, requeue: false);

    public void Reject(string reason) => consumer.Reject(this, reason);

    public void Requeue() => consumer.Settle(this, requeue: true);
}
