namespace Aurora.Messaging.RabbitMq;

/// <summary>A delivery of one consumer session. The session, and with it the channel that the tag belongs to, is gone after a lost connection; then settling does nothing.</summary>
internal sealed class Delivery(ConsumerSession session, ulong tag, BusMessage message, bool redelivered, string? replyTo, string? deadLetterReason) : IDelivery
{
    private int _settled;

    public BusMessage Message => message;

    public bool Redelivered => redelivered;

    public string? ReplyTo => replyTo;

    public string? DeadLetterReason => deadLetterReason;

    public void Ack()
    {
        if (IsFirst())
            session.Settle(new Settlement(tag, Requeue: false));
    }

    public void Reject(string reason)
    {
        if (IsFirst())
            session.GiveUp(new GivenUp(tag, WireMessage.Properties(message, persistent: true), message.Name, message.Body, reason));
    }

    public void Requeue()
    {
        if (IsFirst())
            session.Settle(new Settlement(tag, Requeue: true));
    }

    private bool IsFirst() => Interlocked.Exchange(ref _settled, 1) == 0;
}
