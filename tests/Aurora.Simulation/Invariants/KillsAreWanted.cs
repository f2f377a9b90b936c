using Aurora.Broker.Storage;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Simulation.Faults;
using Aurora.Simulation.Workers;

namespace Aurora.Simulation.Invariants;

/// <summary>Promise 4: what runs is ended only when somebody wanted it, or its worker was truly out of reach.</summary>
internal sealed class KillsAreWanted(World world) : Invariant(world)
{
    private readonly Dictionary<TaskId, DateTimeOffset> _endedAt = [];

    public override string Rule => "what runs is ended only for a true reason";

    // In true time: brokers' clocks may be wrong.
    public override void Written(StoreChanges changes)
    {
        foreach (var task in changes.Tasks.Where(t => t.State.IsTerminal()))
            _endedAt.TryAdd(task.Id, World.Timeline.Now);
    }

    public override void Ordered(SimulatedWorker worker, TaskOnDisk task, KillTask kill)
    {
        if (!task.IsAlive || task.EndAsked is not null)
            return;
        if (!World.Store.Tasks.TryGetValue(task.Id, out var row))
        {
            if (World.IsQuietFor(TimeSpan.FromMinutes(6)))
                Fail($"{task.Id} is not known any more, and runs on {worker.Id}");
            return;
        }

        if (row.Events.Any(e => e.State is TaskState.Killing or TaskState.Restarting or TaskState.Draining or TaskState.Preempting))
            return;
        if (!row.State.IsTerminal())
            Fail($"{task.Id} runs and is {row.State} in the store, and is killed: {kill.Reason}");
        else if (row.Events.First(e => e.State.IsTerminal()).Message is { } why && why.Contains("does not have it", StringComparison.Ordinal))
        {
            // A hello that overtakes, or is overtaken, without being marked as one that comes again: RabbitMQ does not do that.
            if (World.Scenario.Has(FaultKinds.Reordering))
                return;
            Fail($"{task.Id} runs on {worker.Id}, and the broker believed that it does not have it");
        }
        else if (!World.WasTroubled(worker, _endedAt[task.Id] - TimeSpan.FromSeconds(40)))
            Fail($"{task.Id} runs on {worker.Id}, which was in reach, and is {row.State}: {row.Events.First(e => e.State.IsTerminal()).Message}");
    }
}
