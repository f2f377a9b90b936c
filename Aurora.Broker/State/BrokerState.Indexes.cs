using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <content>What follows from a task's change: the counts and indexes of its job and its workers.</content>
internal sealed partial class BrokerState
{
    // Only what differs between both is touched: most changes of a task leave it active, and on its worker.
    private void Reindex(TaskRecord? before, TaskRecord? after, JobState job)
    {
        if (before is not null)
            job.Count(before.State, -1);
        if (after is not null)
            job.Count(after.State, 1);

        var (wasActive, isActive) = (before?.State.IsActive() == true, after?.State.IsActive() == true);
        if (wasActive && !isActive)
            Deactivate(before!, job); // It was active, so it was there.
        else if (isActive && !wasActive)
            Activate(after!, job);
        if (after?.State.IsTerminal() == true && before?.State.IsTerminal() != true)
            job.EndedInOrder.Enqueue(after.Id);

        var (wasPending, isPending) = (before?.State == TaskState.Pending, after?.State == TaskState.Pending);
        if (wasPending && !isPending && job.GroupsByConfiguration.TryGetValue(before!.ConfigurationId, out var group) && --group.Count == 0)
            RemoveGroup(group);
        else if (isPending && !wasPending)
            AddToGroup(after!, job);

        var (left, taken) = (Holder(before), Holder(after));
        if (left != taken)
            Reassign(before, left, after, taken, job);
        Digest(before, left, after, taken);
        if (left is not null && before?.State != after?.State)
            Occupants.Forget(left.Slot);
        if (taken is not null && taken != left)
            Occupants.Forget(taken.Slot);
    }

    // What the worker should list, and in which phase: compared with what its heartbeats say.
    private static void Digest(TaskRecord? before, WorkerState? left, TaskRecord? after, WorkerState? taken)
    {
        var was = left is null ? null : TaskHistory.PhaseOnWorker(before!); // Whoever leaves was there.
        var now = taken is null ? null : TaskHistory.PhaseOnWorker(after!);
        if (left == taken && was == now)
            return;
        if (was is { } old)
            left!.Digest = left.Digest.Remove(before!.Id, old);
        if (now is { } phase)
            taken!.Digest = taken.Digest.Add(after!.Id, phase);
    }

    private void Activate(TaskRecord task, JobState job)
    {
        if (!job.ActiveByInstance.TryAdd(task.Instance, task.Id))
            throw new InvalidOperationException($"Instance {task.Instance} of {task.Job} has an active task already: {job.ActiveByInstance[task.Instance]}.");
        var configuration = _configurations[task.ConfigurationId];
        job.Consumption.Add(task.Instance, configuration.ConsumptionKind, configuration.Consumption);
    }

    private void Deactivate(TaskRecord task, JobState job)
    {
        job.ActiveByInstance.Remove(task.Instance);
        var configuration = _configurations[task.ConfigurationId];
        job.Consumption.Remove(task.Instance, configuration.ConsumptionKind, configuration.Consumption);
    }

    private WorkerState? Holder(TaskRecord? task) =>
        task is { Worker: { } id } && task.State.IsOnWorker() && _workers.TryGetValue(id, out var worker) ? worker : null;

    private void Reassign(TaskRecord? before, WorkerState? left, TaskRecord? after, WorkerState? taken, JobState job)
    {
        if (left is not null && left.TaskSet.Remove(before!.Id)) // Whoever leaves was there.
        {
            left.Hold(_configurations[before.ConfigurationId].Demand, -1);
            job.CountOn(left, -1);
            LookAtLimits(job);
        }

        if (taken is not null && taken.TaskSet.Add(after!.Id))
        {
            taken.Hold(_configurations[after.ConfigurationId].Demand, 1);
            job.CountOn(taken, 1);
        }
    }
}
