using RabbitMQ.Client;

namespace Aurora.Messaging.RabbitMq;

/// <summary>One publish on its way: what goes where, and whether it has been confirmed.</summary>
internal sealed class Outgoing(string exchange, string routingKey, bool mandatory, BasicProperties properties, ReadOnlyMemory<byte> body)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Exchange => exchange;

    public string RoutingKey => routingKey;

    public bool Mandatory => mandatory;

    public BasicProperties Properties => properties;

    public ReadOnlyMemory<byte> Body => body;

    /// <summary>The request that this publish carries; it is told when it goes out, since its reply can only come on the same connection.</summary>
    public PendingRequest? Request { get; init; }

    /// <summary>Ends with the confirm, or fails with a <see cref="BusException"/>.</summary>
    public Task Done => _done.Task;

    /// <summary>For messages to people: the message's id and where it was going.</summary>
    public string Label => exchange.Length == 0 ? $"message {properties.MessageId} to queue '{routingKey}'" : $"event {properties.MessageId} '{routingKey}'";

    public void Confirm() => _done.TrySetResult();

    public void Fail(BusException error)
    {
        // Observed here, because the caller may have stopped waiting.
        if (_done.TrySetException(error))
            _ = _done.Task.Exception;
    }

    /// <summary>Nobody waits any more: it is not sent again, and not at all when it was not sent yet.</summary>
    public void Abandon() => _done.TrySetCanceled(CancellationToken.None);
}
