namespace Aurora.Messaging;

/// <summary>
/// The one way in which client, broker and worker talk. Delivery is at least once, in order per queue and publisher; a message that was
/// received but not acknowledged comes again after its consumer is gone, so every handler is idempotent. Two implementations pass one contract
/// suite: RabbitMQ (production) and in-process (the embedded default).
/// </summary>
public interface IMessageBus : IAsyncDisposable
{
    /// <summary>Whether the bus can carry messages now; false while a connection is being rebuilt or the server blocks publishers.</summary>
    BusHealth Health { get; }

    /// <summary>Makes sure that a durable queue exists. Doing it again changes nothing.</summary>
    /// <param name="queue">The queue's name, from <see cref="QueueNames"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends when the queue exists.</returns>
    Task DeclareQueueAsync(string queue, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a message into a queue. Ends when the bus has it safely (RabbitMQ: publisher confirm). Up to <see cref="BusOptions.ConfirmWindow"/>
    /// publishes are under way at once; a further one waits.
    /// </summary>
    /// <param name="queue">An existing queue.</param>
    /// <param name="message">The message; its body is not changed by the caller afterwards.</param>
    /// <param name="cancellationToken">Gives up waiting; the message may still arrive.</param>
    /// <returns>A task that ends with the confirm.</returns>
    /// <exception cref="BusException">It was not confirmed within <see cref="BusOptions.PublishTimeout"/>, or the queue does not exist. It may still arrive.</exception>
    Task PublishAsync(string queue, BusMessage message, CancellationToken cancellationToken);

    /// <summary>Publishes an event for whoever listens; without listeners it vanishes. Same waiting and errors as <see cref="PublishAsync"/>.</summary>
    /// <param name="routingKey">Words joined by dots, at most 255 bytes: <c>role.env.name.instance.status</c>, with dots inside a word replaced by <c>_</c>.</param>
    /// <param name="message">The event.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends with the confirm.</returns>
    Task PublishEventAsync(string routingKey, BusMessage message, CancellationToken cancellationToken);

    /// <summary>
    /// Receives from a queue until the result is disposed. The handler is called for one delivery after the other, in order; it hands the
    /// delivery on (for example into the broker's loop) and returns soon; settling may come later and from another thread.
    /// After a lost connection the consumer is set up again by itself, and unsettled deliveries come again.
    /// </summary>
    /// <param name="queue">An existing queue.</param>
    /// <param name="prefetch">How many unsettled deliveries may be out, 1 to 2,000.</param>
    /// <param name="handler">Called for each delivery. When it throws, the delivery is dead-lettered with the error as the reason.</param>
    /// <param name="cancellationToken">Gives up setting the consumer up.</param>
    /// <returns>The consumer; disposing it stops receiving and hands back what is unsettled.</returns>
    Task<IAsyncDisposable> ConsumeAsync(string queue, int prefetch, Func<IDelivery, CancellationToken, ValueTask> handler, CancellationToken cancellationToken);

    /// <summary>Listens to events until the result is disposed. Events sent while nobody listens, or while the connection is down, are not seen.</summary>
    /// <param name="pattern">A topic pattern: <c>*</c> is one word, <c>#</c> is any number of words.</param>
    /// <param name="handler">Called for each event, in order.</param>
    /// <param name="cancellationToken">Gives up setting the subscription up.</param>
    /// <returns>The subscription.</returns>
    Task<IAsyncDisposable> SubscribeAsync(string pattern, Func<BusMessage, CancellationToken, ValueTask> handler, CancellationToken cancellationToken);

    /// <summary>Sends a request and waits for its reply. The request may be handled although the wait ended: repeat it with the same message id.</summary>
    /// <param name="queue">An existing queue.</param>
    /// <param name="request">The request.</param>
    /// <param name="timeout">How long to wait for the reply, from now.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The reply.</returns>
    /// <exception cref="TimeoutException">No reply came in time.</exception>
    /// <exception cref="BusException">The request could not be sent, or the connection broke while waiting.</exception>
    Task<BusMessage> RequestAsync(string queue, BusMessage request, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Answers a request. A requester that is gone is no error.</summary>
    /// <param name="request">The delivery that carried the request; it has a <see cref="IDelivery.ReplyTo"/>.</param>
    /// <param name="reply">The reply.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends when the reply was handed to the bus.</returns>
    Task ReplyAsync(IDelivery request, BusMessage reply, CancellationToken cancellationToken);
}
