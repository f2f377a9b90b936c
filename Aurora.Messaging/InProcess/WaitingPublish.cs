namespace Aurora.Messaging.InProcess;

/// <summary>A publish that waits for room in a full queue.</summary>
internal sealed class WaitingPublish(QueueEntry entry)
{
    private readonly TaskCompletionSource _admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public QueueEntry Entry { get; } = entry;

    public Task Done => _admitted.Task;

    /// <summary>Its place in the line; touched under the queue's lock.</summary>
    public LinkedListNode<WaitingPublish>? Node { get; set; }

    public void Admitted() => _admitted.TrySetResult();
}
