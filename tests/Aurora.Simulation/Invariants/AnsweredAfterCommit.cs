using Aurora.Broker.State;
using Aurora.Core.Messages;
using Aurora.Simulation.Brokers;

namespace Aurora.Simulation.Invariants;

/// <summary>Promise 1: whoever is answered can rely on what was stored.</summary>
internal sealed class AnsweredAfterCommit(World world) : Invariant(world)
{
    public override string Rule => "a command is answered only when its answer is stored";

    public override void Leaving(SimulatedBroker broker, Effect effect)
    {
        if (effect is Answered { Answer: { Code: ReplyCode.Ok, Result: not TaskPage } answer } && World.Store.Replies.GetValueOrDefault(answer.CommandId)?.Reply.Message != answer.Message)
            Fail($"the answer '{answer.Message}' leaves and is not stored");
    }
}
