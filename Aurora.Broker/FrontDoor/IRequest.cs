using Aurora.Core.Messages;

namespace Aurora.Broker.FrontDoor;

/// <summary>Where a request came from: a delivery of the bus, or a call over HTTP.</summary>
internal interface IRequest
{
    /// <summary>The message's identity; repeated sendings keep it.</summary>
    Guid MessageId { get; }

    /// <summary>What it brought is stored, or it needed no storing: it must not come again.</summary>
    void Ack();

    /// <summary>It was neither applied nor stored, and this broker does not lead any more.</summary>
    void Abandon();

    /// <summary>Sends the answer. A requester that is gone is no error.</summary>
    /// <param name="reply">The answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when it was handed over.</returns>
    Task AnswerAsync(Reply reply, CancellationToken cancellationToken);
}
