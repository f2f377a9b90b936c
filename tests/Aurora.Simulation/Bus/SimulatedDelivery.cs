using Aurora.Messaging;

namespace Aurora.Simulation.Bus;

/// <summary>A message in the hands of a consumer, over whose connection it is settled.</summary>
internal sealed class SimulatedDelivery(BusQueue queue, BusConsumer consumer, long tag, SimulatedMessage message) : IDelivery
{
    private bool _settled;

    public object Content => message.Content;

    public SimulatedMessage Letter => message;

    public BusMessage Message => message.ToBusMessage();

    public bool Redelivered => message.Redelivered;

    public string? ReplyTo => message.Answer is null ? null : "reply";

    public void Ack() => Settle(() => queue.Settle(consumer, tag));

    public void Reject(string reason) => Settle(() => queue.Reject(consumer, tag, reason));

    public void Requeue() => Settle(() => queue.GiveBack(consumer, tag));

    private void Settle(Action settle)
    {
        if (_settled)
            return;
        _settled = true;
        consumer.Link.Up(settle, () => { });
    }
}
