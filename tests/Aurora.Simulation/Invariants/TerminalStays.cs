using Aurora.Broker.Storage;
using Aurora.Core.Tasks;

namespace Aurora.Simulation.Invariants;

/// <summary>Promise 3: a terminal state never changes.</summary>
internal sealed class TerminalStays(World world) : Invariant(world)
{
    public override string Rule => "a terminal state never changes";

    public override void Writing(StoreChanges changes)
    {
        foreach (var after in changes.Tasks)
        {
            if (World.Store.Tasks.TryGetValue(after.Id, out var before) && before.State.IsTerminal() && before.State != after.State)
                Fail($"{after.Id} was {before.State} and becomes {after.State}");
        }
    }
}
