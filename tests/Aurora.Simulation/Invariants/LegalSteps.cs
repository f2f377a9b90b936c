using Aurora.Broker.State;
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
            var known = CommonLength(before, after);
            var state = known > 0 ? after.Events[known - 1].State : TaskState.Init;
            foreach (var step in after.Events.Skip(known))
            {
                var isRemark = step.State == state && step.Message?.StartsWith("duplicate", StringComparison.Ordinal) == true;
                if (!SpecTable.Allows(state, step.State) && !isRemark)
                    Fail($"{after.Id} goes from {state} to {step.State}");
                state = step.State;
            }

            if (state != after.State)
                Fail($"{after.Id} is {after.State}, but its history says {state}");
        }
    }

    // What a worker that comes and goes writes is compacted, so the new history may leave the old one before its end.
    private static int CommonLength(TaskRecord? before, TaskRecord after)
    {
        var length = 0;
        while (before is not null && length < before.Events.Length && length < after.Events.Length && before.Events[length] == after.Events[length])
            length++;
        return length;
    }
}
