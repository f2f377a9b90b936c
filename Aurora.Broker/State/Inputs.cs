using Aurora.Broker.FrontDoor;
using Aurora.Core.Errors;
using Aurora.Core.Messages;
using Aurora.Messaging;

namespace Aurora.Broker.State;

/// <summary>Something that the loop applies.</summary>
internal abstract record LoopInput
{
    /// <summary>Settles the input once what it brought is stored.</summary>
    public abstract void Ack();

    /// <summary>The loop ended before it was applied or stored. A message of the bus comes again by itself.</summary>
    public virtual void Abandon()
    {
    }

    /// <summary>Who sent it, for the list of inputs that must not be tried again.</summary>
    public abstract Guid MessageId { get; }
}

/// <summary>A request of a client, already checked as far as that needs no state.</summary>
/// <param name="Request">Where it came from.</param>
/// <param name="Command">The command or query.</param>
/// <param name="Digest">SHA-256 of its name and body, in hexadecimal.</param>
/// <param name="ConfigurationId">For a command that carries a job: the configuration's fingerprint.</param>
/// <param name="Refusal">Why the workers refuse it; null when they do not.</param>
internal sealed record CommandInput(IRequest Request, ICommand Command, string Digest, string? ConfigurationId, Fault? Refusal) : LoopInput
{
    public override void Ack() => Request.Ack();

    public override void Abandon() => Request.Abandon();

    public override Guid MessageId => Command.CommandId;
}

/// <summary>A message of a worker.</summary>
/// <param name="Message">Its hello, heartbeat or report.</param>
/// <param name="Delivery">What is acknowledged.</param>
internal sealed record WorkerInput(object Message, IDelivery Delivery) : LoopInput
{
    public override void Ack() => Delivery.Ack();

    public override Guid MessageId => Delivery.Message.Id;
}

/// <summary>What a coordinator said, or that it said nothing that counts. It is not stored: when it gets lost, the coordinator is asked again.</summary>
/// <param name="Request">The question's id.</param>
/// <param name="IsAllowed">Whether the task may be ended.</param>
internal sealed record CoordinatorAnswered(Guid Request, bool IsAllowed) : LoopInput
{
    public override void Ack()
    {
    }

    public override Guid MessageId => Request;
}

/// <summary>Only wakes the loop: something fell due.</summary>
internal sealed record WakeUp : LoopInput
{
    public static readonly WakeUp Instance = new();

    public override void Ack()
    {
    }

    public override Guid MessageId => Guid.Empty;
}
