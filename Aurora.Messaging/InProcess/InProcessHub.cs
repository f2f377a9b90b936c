using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Aurora.Messaging.InProcess;

/// <summary>What all connections of one in-process bus share: the queues, the listeners, and the requests that wait for a reply.</summary>
internal sealed class InProcessHub(InProcessOptions options, TimeProvider time, ILogger logger)
{
    private readonly ConcurrentDictionary<string, InProcessQueue> _queues = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<BusMessage>> _requests = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private InProcessSubscription[] _subscriptions = [];
    private long _nextRequest;

    public InProcessOptions Options => options;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    public void Declare(string queue) => _queues.GetOrAdd(queue, static (name, capacity) => new InProcessQueue(name, capacity), options.QueueLength);

    public InProcessQueue? Find(string queue) => _queues.GetValueOrDefault(queue);

    public InProcessQueue Queue(string queue) => Find(queue) ?? throw Missing(queue);

    public static BusException Missing(string queue) => new($"There is no queue '{queue}' on this bus; declare it first.");

    /// <summary>Moves a message to the dead letters. A letter that is given up a second time is dropped: its reader has logged why.</summary>
    public void DeadLetter(string queue, QueueEntry entry, string reason)
    {
        if (queue == QueueNames.DeadLetters)
            return;
        Declare(QueueNames.DeadLetters);
        Queue(QueueNames.DeadLetters).AddRegardless(new QueueEntry(entry.Message, replyTo: null) { DeadLetterReason = reason });
    }

    public void PublishEvent(string routingKey, BusMessage message)
    {
        foreach (var subscription in Volatile.Read(ref _subscriptions))
            subscription.Offer(routingKey, message);
    }

    public void Subscribe(InProcessSubscription subscription)
    {
        lock (_lock)
            _subscriptions = [.. _subscriptions, subscription];
    }

    public void Unsubscribe(InProcessSubscription subscription)
    {
        lock (_lock)
            _subscriptions = [.. _subscriptions.Where(s => s != subscription)];
    }

    /// <summary>Opens a place for one reply.</summary>
    /// <returns>The address that replies go to, and the reply.</returns>
    public (string ReplyTo, Task<BusMessage> Reply) OpenRequest()
    {
        var replyTo = $"reply.{Interlocked.Increment(ref _nextRequest)}";
        var reply = new TaskCompletionSource<BusMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests[replyTo] = reply;
        return (replyTo, reply.Task);
    }

    public void CloseRequest(string replyTo) => _requests.TryRemove(replyTo, out _);

    public void Reply(string replyTo, BusMessage message)
    {
        if (_requests.TryRemove(replyTo, out var reply))
            reply.TrySetResult(message);
    }
}
