using Aurora.Broker.Maintenance;
using Aurora.Broker.Scheduling;
using Aurora.Broker.Updates;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>Applies what fell due.</summary>
internal sealed class DueInputs(Turn turn, TaskMoves moves, TaskTimers timers, WorkerInputs workers, UpdateProgress updates, Drains drains, PreemptionRounds preemption)
{
    private const int PruneBatch = 1000;

    private BrokerState State => turn.State;

    public void Apply(DueEntry entry)
    {
        switch (entry.Kind)
        {
            case DueKind.Throttled:
                Release(entry);
                break;
            case DueKind.Unanswered or DueKind.Starting or DueKind.Partitioned:
                timers.Look(entry);
                break;
            case DueKind.WorkerSilent:
                workers.LookAtSilence(new WorkerId(entry.Key));
                break;
            case DueKind.Update:
                updates.Look(entry.Key);
                break;
            case DueKind.Preemption:
                preemption.Collect();
                break;
            case DueKind.Reservation:
                preemption.Expire(new WorkerId(entry.Key));
                break;
            case DueKind.Prune:
                Prune();
                break;
            case DueKind.DrainLook:
                drains.LookAtAll();
                break;
            case DueKind.DrainSlice:
                drains.LookOn();
                break;
            case DueKind.DrainDeadline:
                drains.LookAtDeadline(entry);
                break;
        }
    }

    private void Release(DueEntry entry)
    {
        if (State.Tasks.TryGetValue(new TaskId(entry.Key), out var task) && task.State == TaskState.Throttled)
            moves.Move(task, TaskState.Pending, "may be tried again");
    }

    private void Prune()
    {
        var left = PruneBatch;
        foreach (var job in State.Jobs.Values)
        {
            if (job.Ended.Count > 0 && left > 0)
                left -= PruneTasks(job);
            if (job.Updates.Count > turn.Options.Retention.MaxEndedUpdatesPerJob)
                PruneUpdates(job);
        }

        State.DeleteRepliesBefore(turn.Now - turn.Options.Retention.ReplyAge, PruneBatch * 10);
        turn.Due.Add(DueKind.Prune, "", turn.Now + (left > 0 ? turn.Options.PruneInterval : TimeSpan.FromMilliseconds(100)));
    }

    private int PruneTasks(JobState job)
    {
        var ended = job.Ended.Select(id => (id, State.Tasks[id].ChangedAt)).ToArray();
        var old = turn.Options.Rules.Prune(ended, turn.Now, turn.Options.Retention);
        foreach (var id in old)
            moves.Move(State.Tasks[id], TaskState.Deleted, null);
        return old.Count;
    }

    private void PruneUpdates(JobState job)
    {
        var surplus = job.Updates.Count - turn.Options.Retention.MaxEndedUpdatesPerJob;
        foreach (var id in job.Updates.Take(surplus).ToArray())
        {
            if (!State.Updates[id].Status.IsActive())
                State.DeleteUpdate(State.Updates[id]);
        }
    }
}
