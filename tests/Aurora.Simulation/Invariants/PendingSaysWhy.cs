using Aurora.Broker.State;
using Aurora.Simulation.Brokers;

namespace Aurora.Simulation.Invariants;

/// <summary>Promise 6: a pending task always says why.</summary>
internal sealed class PendingSaysWhy(World world) : Invariant(world)
{
    public override string Rule => "a pending task says why it waits";

    public override void Stepped(SimulatedBroker broker, BrokerMachine machine)
    {
        foreach (var group in machine.State.PendingGroups)
        {
            if (string.IsNullOrEmpty(group.Reason))
                Fail($"{group.Count} tasks of {group.Job} are pending without a reason");
        }
    }
}
