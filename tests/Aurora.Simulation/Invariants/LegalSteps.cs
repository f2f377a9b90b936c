using Aurora.Broker.Storage;
using Aurora.Core.Tasks;

namespace Aurora.Simulation.Invariants;

/// <summary>The table of aurora-spec section 4: what is written of a task's history are steps that the specification knows.</summary>
internal sealed class LegalSteps(World world) : Invariant(world)
{
    public override string Rule => "a task takes only the steps of the state table";

    public override void Writing(StoreChanges changes)
    {
        foreach (var after in changes.Tasks)
        {
            World.Store.Tasks.TryGetValue(after.Id, out var before);
            var state = before?.State ?? TaskState.Init;
            foreach (var step in after.Events.Skip(before?.Events.Length ?? 0))
            {
                if (!SpecTable.Allows(state, step.State))
                    Fail($"{after.Id} goes from {state} to {step.State}");
                state = step.State;
            }

            if (state != after.State)
                Fail($"{after.Id} is {after.State}, but its history says {state}");
        }
    }
}
