using Aurora.Broker.FrontDoor;
using Aurora.Core.Messages;
using Aurora.Simulation.Bus;

namespace Aurora.Simulation.Brokers;

/// <summary>A client's request as it came over the bus; its answer goes back the same way.</summary>
internal sealed class SimulatedRequest(SimulatedDelivery delivery, SimulatedBus bus, BusLink link) : IRequest
{
    public Guid MessageId => delivery.Letter.Id;

    public void Ack() => delivery.Ack();

    public void Abandon()
    {
    }

    public Task AnswerAsync(Reply reply, CancellationToken cancellationToken)
    {
        if (delivery.Letter.Answer is { } answer && !bus.Loses())
            link.Up(() => answer(reply), () => { });
        return Task.CompletedTask;
    }
}
