using Aurora.Core.Tasks;
using Aurora.Simulation.Workers;

namespace Aurora.Simulation.Invariants;

/// <summary>Promise 3: an attempt is started once, and in quiet times only while it is authorised.</summary>
internal sealed class OneStartPerTask(World world) : Invariant(world)
{
    private readonly HashSet<string> _started = [];

    public override string Rule => "an attempt's process is started once, while it is authorised";

    public override void Started(SimulatedWorker worker, TaskOnDisk task)
    {
        if (!_started.Add(task.Id.Value))
            Fail($"{task.Id} is started again on {worker.Id}");
        if (World.IsQuietFor(TimeSpan.FromSeconds(60)) && (!World.Store.Tasks.TryGetValue(task.Id, out var row) || row.State.IsTerminal() || row.Worker != worker.Id))
            Fail($"{task.Id} is started on {worker.Id} and is {row?.State.ToString() ?? "nothing"} in the store, although nothing is out of order");
    }
}
