namespace Aurora.Messaging.InProcess;

/// <summary>A message in a queue, with its place in the queue's order, which it keeps when it is handed back.</summary>
internal sealed class QueueEntry(BusMessage message, string? replyTo)
{
    public BusMessage Message { get; } = message;

    public string? ReplyTo { get; } = replyTo;

    public string? DeadLetterReason { get; init; }

    /// <summary>Set by the queue, under its lock.</summary>
    public long Place { get; set; }

    /// <summary>Set by the queue, under its lock, when the entry comes back unsettled.</summary>
    public bool Redelivered { get; set; }
}
