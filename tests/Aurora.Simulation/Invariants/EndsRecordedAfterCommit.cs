using Aurora.Broker.State;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Simulation.Brokers;

namespace Aurora.Simulation.Invariants;

/// <summary>A worker may forget a task only when its end is stored.</summary>
internal sealed class EndsRecordedAfterCommit(World world) : Invariant(world)
{
    public override string Rule => "a worker is told to forget only what is stored as ended";

    public override void Leaving(SimulatedBroker broker, Effect effect)
    {
        if (effect is not ToWorker { Message: EndsRecorded ends } to)
            return;
        foreach (var id in ends.Tasks)
        {
            if (World.Store.Tasks.TryGetValue(id, out var task) && task.Worker == to.Worker && !task.State.IsTerminal())
                Fail($"{id} is {task.State} in the store");
        }
    }
}
