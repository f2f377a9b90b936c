using Aurora.Broker.Scheduling;
using Aurora.Broker.State;
using Aurora.Broker.Updates;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Simulation.Workers;

namespace Aurora.Simulation.Invariants;

/// <summary>Liveness: when faults have stopped, every task ends, runs, or waits for a true reason; nothing is left in a queue, half done or running unknown.</summary>
internal sealed class Rest(World world)
{
    /// <summary>What is not at rest yet; null when all is.</summary>
    public string? Unsettled() => UnsettledBroker() ?? UnsettledErrand() ?? UnsettledTask() ?? UnsettledWorker() ?? UnsettledUpdate() ?? UnsettledQueue();

    private string? UnsettledBroker()
    {
        if (world.Brokers.SingleOrDefault(b => b.IsUp && b.Term is { } t && t.Lease.Epoch == world.Store.Epoch) is not { Term: { } term })
            return "nobody leads";
        if (world.Workers.FirstOrDefault(w => !w.IsGone && term.Machine.State.Workers.GetValueOrDefault(w.Id)?.Presence != WorkerPresence.Up) is { } down)
            return $"the leader does not know that {down.Id} is up";
        if (world.Store.Workers.Values.FirstOrDefault(w => w.Mode != MaintenanceMode.None) is { } maintained)
            return $"{maintained.Id} is {maintained.Mode}";
        return null;
    }

    private string? UnsettledErrand() => world.Client.Errands.FirstOrDefault(e => e.Answer is null) is { } errand ? $"{errand.Command} is not answered" : null;

    private string? UnsettledTask()
    {
        foreach (var task in world.Store.Tasks.Values)
        {
            if (task.State.IsTerminal())
                continue;
            if (task.State == TaskState.Pending && !WouldFit(task))
                continue;
            if (task.State == TaskState.Partitioned && world.ConfigurationOf(task.ConfigurationId).PartitionPolicy is { Reschedule: false } && Worker(task) is null)
                continue; // It waits for a worker that does not come: as its policy says.
            if (task.State != TaskState.Running)
                return $"{task.Id} is {task.State} since {(world.LatestClock - task.ChangedAt).TotalSeconds:0} s, worker {task.Worker}";
            if (Worker(task)?.Disk.GetValueOrDefault(task.Id) is not { IsAlive: true })
                return $"{task.Id} is RUNNING in the store and does not run on {task.Worker}";
            if (!world.ConfigurationOf(task.ConfigurationId).Service)
                return $"{task.Id} still runs";
        }

        return null;
    }

    private string? UnsettledWorker()
    {
        foreach (var worker in world.Workers.Where(w => !w.IsGone))
        {
            if (worker.Agent is not { IsQuiet: true })
                return $"{worker.Id} has something to say";
            foreach (var task in worker.Disk.Values)
            {
                if (task.IsAlive && (!world.Store.Tasks.TryGetValue(task.Id, out var row) || row.State != TaskState.Running || row.Worker != worker.Id))
                    return $"{task.Id} runs on {worker.Id} and is {(world.Store.Tasks.TryGetValue(task.Id, out row) ? row.State : "unknown")}";
                if (!task.IsRecorded && !task.IsAlive)
                    return $"{task.Id} has ended on {worker.Id} as {task.State}, and the worker may not forget it";
            }
        }

        return null;
    }

    private string? UnsettledUpdate() => world.Store.Updates.Values.FirstOrDefault(u => u.Status.IsActive() && !WaitsForRoom(u)) is { } update
        ? $"update {update.Id} of {update.Job} is {update.Status}: {string.Join(", ", update.Instances.Select(i => $"{i.Instance} {i.State} {Standing(update, i.Instance)}"))}" : null;

    private string Standing(UpdateRecord update, int instance) => world.Store.Tasks.Values.FirstOrDefault(t => t.Job == update.Job && t.Instance == instance && t.State.IsActive()) is { } task
        ? $"({task.State} on {task.Worker}, {task.ConfigurationId[..6]} of {update.TargetConfigurationId[..6]})" : "(no task)";

    private string? UnsettledQueue()
    {
        foreach (var queue in world.Bus.Queues)
        {
            if (queue.Messages.FirstOrDefault(m => m.Content is not WorkerHeartbeat && !IsForGone(queue.Name)) is { } message)
                return $"{queue.Name} holds {message.Content}";
        }

        return null;
    }

    private bool WouldFit(TaskRecord task)
    {
        return world.Workers.Any(w => !w.IsGone && world.Store.Workers.TryGetValue(w.Id, out var row) && world.Oracle.CanTake(row, task));
    }

    // As Aurora's: an instance that cannot be placed holds the update up.
    private bool WaitsForRoom(UpdateRecord update) => world.Store.Tasks.Values.Any(t => t.Job == update.Job
        && ((t.State == TaskState.Pending && !WouldFit(t)) || (t.State == TaskState.Partitioned && Worker(t) is null)));

    private SimulatedWorker? Worker(TaskRecord task) => world.Workers.FirstOrDefault(w => w.Id == task.Worker && !w.IsGone);

    private bool IsForGone(string queue) => world.Workers.Any(w => w.IsGone && queue == Aurora.Messaging.QueueNames.Worker(w.Id));
}
