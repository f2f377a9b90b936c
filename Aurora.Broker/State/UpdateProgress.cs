using Aurora.Broker.Updates;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>Moves the active updates of the jobs that a turn touched, before its commit.</summary>
internal sealed class UpdateProgress(Turn turn, TaskMoves moves)
{
    private BrokerState State => turn.State;

    public void MoveTouched()
    {
        while (turn.TouchedJobs.Count > 0)
        {
            var jobs = turn.TouchedJobs.ToArray();
            turn.TouchedJobs.Clear();
            foreach (var key in jobs)
                Move(key);
        }
    }

    /// <summary>The time of an update has come.</summary>
    public void Look(string id)
    {
        if (State.Updates.TryGetValue(id, out var update) && update.Status.IsRolling())
            turn.TouchedJobs.Add(update.Job);
    }

    private void Move(JobKey key)
    {
        if (!State.Jobs.TryGetValue(key, out var job) || job.ActiveUpdate is not { } id)
            return;

        var update = State.Updates[id];
        var step = UpdateEngine.Evaluate(update, instance => State.ActiveTask(key, instance), turn.Now);
        if (!ReferenceEquals(step.Update, update))
            State.PutUpdate(step.Update);
        foreach (var action in step.Actions)
            Act(key, id, action);
        if (step.LookAgainAt is { } at && step.Actions.Count == 0)
            turn.Due.Add(DueKind.Update, id, at);
        if (step.Update.Status == UpdateStatus.RolledBack)
            TakeBackJob(job, step.Update);
        if (!step.Update.Status.IsActive())
            turn.MaybeEmptyJobs.Add(key);
    }

    private void Act(JobKey key, string id, UpdateAction action)
    {
        switch (action)
        {
            case AddInstance add:
                moves.Add(key, add.Instance, add.ConfigurationId, $"Added by update {id}");
                break;
            case EndInstance end:
                moves.Move(State.Tasks[end.Task], TaskState.Killing, $"Killed for update {id}");
                break;
        }
    }

    private void TakeBackJob(JobState job, UpdateRecord update)
    {
        var before = update.Instances.Select(i => i.InitialConfigurationId).FirstOrDefault(i => i is not null);
        if (before is not null && job.Record is { } record)
            State.PutJob(record with { ConfigurationId = before, Instances = job.Active.Count });
    }
}
