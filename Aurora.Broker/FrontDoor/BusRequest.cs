using Aurora.Core.Messages;
using Aurora.Messaging;

namespace Aurora.Broker.FrontDoor;

/// <summary>A request that came over the bus.</summary>
internal sealed class BusRequest(IMessageBus bus, IDelivery delivery) : IRequest
{
    public Guid MessageId => delivery.Message.Id;

    public void Ack() => delivery.Ack();

    /// <summary>It comes again by itself, to the next leader, since it was not acknowledged.</summary>
    public void Abandon()
    {
    }

    public Task AnswerAsync(Reply reply, CancellationToken cancellationToken)
    {
        if (delivery.ReplyTo is null)
            return Task.CompletedTask;
        var contract = MessageCatalog.Of(typeof(Reply));
        return bus.ReplyAsync(delivery, new BusMessage(contract.Name, contract.Version, delivery.Message.Id, contract.Write(reply)), cancellationToken);
    }
}
