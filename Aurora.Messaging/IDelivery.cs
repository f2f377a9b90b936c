namespace Aurora.Messaging;

/// <summary>A received message that is settled exactly once: acknowledged, rejected or handed back. Settling a second time, or after the connection was lost, does nothing.</summary>
public interface IDelivery
{
    /// <summary>The message. Its body is a copy and stays valid.</summary>
    BusMessage Message { get; }

    /// <summary>True when the message was delivered before and not settled. It is a hint: handlers are idempotent anyway.</summary>
    bool Redelivered { get; }

    /// <summary>Where a reply goes; null when the sender wants none.</summary>
    string? ReplyTo { get; }

    /// <summary>Why the message was given up; only set on deliveries from <see cref="QueueNames.DeadLetters"/>.</summary>
    string? DeadLetterReason => null;

    /// <summary>Acknowledges: the receiver has recorded the message and it must not come again. Cheap, never blocks; acknowledgements are sent in groups.</summary>
    void Ack();

    /// <summary>Gives the message up: it goes to the dead-letter queue with the reason.</summary>
    /// <param name="reason">Why, in words for an operator.</param>
    void Reject(string reason);

    /// <summary>Hands the message back: it comes again, to this consumer or another one.</summary>
    void Requeue();
}
