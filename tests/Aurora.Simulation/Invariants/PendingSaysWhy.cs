using Aurora.Broker.State;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Simulation.Brokers;

namespace Aurora.Simulation.Invariants;

/// <summary>Promise 6: a pending task always says why, to whoever asks.</summary>
internal sealed class PendingSaysWhy(World world) : Invariant(world)
{
    public override string Rule => "a pending task says why it waits";

    public override void Leaving(SimulatedBroker broker, Effect effect)
    {
        if (effect is not Answered { Answer.Result: TaskPage page })
            return;
        foreach (var task in page.Tasks)
        {
            if (task.State is TaskState.Pending or TaskState.Throttled && string.IsNullOrWhiteSpace(task.PendingReason))
                Fail($"{task.TaskId} is {task.State} without a reason");
        }
    }
}
