using Aurora.Broker.Storage;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using static Aurora.Core.Messages.MaintenanceMode;

namespace Aurora.Simulation.Invariants;

/// <summary>The modes of aurora-spec section 8.4: a drained worker is empty, and modes change only as operators and drains want.</summary>
internal sealed class MaintenanceSteps(World world) : Invariant(world)
{
    public static readonly IReadOnlyDictionary<MaintenanceMode, MaintenanceMode[]> Steps = new Dictionary<MaintenanceMode, MaintenanceMode[]>
    {
        [None] = [Scheduled, Draining, Drained], [Scheduled] = [None, Draining, Drained], [Draining] = [Drained, None], [Drained] = [None, Draining],
    };

    public override string Rule => "a worker's maintenance takes legal steps, and who is drained is empty";

    public override void Writing(StoreChanges changes)
    {
        foreach (var after in changes.Workers)
        {
            var before = World.Store.Workers.GetValueOrDefault(after.Id)?.Mode ?? None;
            if (before == after.Mode)
                continue;
            World.Coverage.Mode(before, after.Mode);
            if (!Steps[before].Contains(after.Mode) && !Steps[before].Any(step => Steps[step].Contains(after.Mode))) // A batch may hold two commands.
                Fail($"{after.Id} goes from {before} to {after.Mode}");
        }
    }

    public override void Written(StoreChanges changes)
    {
        foreach (var worker in changes.Workers.Where(w => w.Mode == Drained))
        {
            if (World.Store.Tasks.Values.FirstOrDefault(t => t.Worker == worker.Id && t.State.IsOnWorker()) is { } task)
                Fail($"{worker.Id} is drained and has {task.Id}, {task.State}");
        }
    }
}
