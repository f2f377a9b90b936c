using Aurora.Broker.Scheduling;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>
/// What time does to tasks: workers are told again, states that must pass are ended, and PARTITIONED tasks are given up as their policy says. Only asks the deciders and does what they say.
/// </summary>
internal sealed class TaskTimers(Turn turn, TaskMoves moves)
{
    private BrokerState State => turn.State;

    /// <summary>Takes up a task of the leader before: nothing is known of what that one sent, so it is sent again; what was left of the task's time goes on.</summary>
    public void TakeUp(TaskRecord task)
    {
        if (TaskMoves.AwaitsAnswer(task.State))
            turn.Due.Add(DueKind.Unanswered, task.Id.Value, turn.Now, task.ChangedAt);
        else if (task.State == TaskState.Partitioned)
            WatchPartition(task);
        else
            moves.Watch(task);
    }

    /// <summary>
    /// The task's worker is silent: PARTITIONED, and what the policy says. One that the worker never acknowledged is LOST; so are those that were being ended, since nobody shall wait for
    /// them. One that is PARTITIONED already stays so.
    /// </summary>
    public void Partition(TaskRecord task, string message)
    {
        if (task.State == TaskState.Partitioned)
            return;
        moves.Move(task, turn.Options.Rules.Silence(task.State), message);
        if (State.Tasks.TryGetValue(task.Id, out var after) && after.State == TaskState.Partitioned)
            Settle(after, message);
    }

    /// <summary>Something about a task fell due.</summary>
    public void Look(DueEntry entry)
    {
        if (!State.Tasks.TryGetValue(new TaskId(entry.Key), out var task) || task.ChangedAt != entry.Stamp)
            return;
        switch (entry.Kind)
        {
            case DueKind.Partitioned when task.State == TaskState.Partitioned:
                Settle(task, $"{task.Events[^1].Message}, and did not come back in time");
                break;
            case DueKind.Starting when task.State == TaskState.Starting:
                LookAtStarting(task);
                break;
            case DueKind.Unanswered when TaskMoves.AwaitsAnswer(task.State):
                TellAgain(task, entry);
                break;
        }
    }

    /// <summary>What will become of a PARTITIONED task, and when.</summary>
    public PartitionDecision Outlook(TaskRecord task) => turn.Options.Rules.Partition(new PartitionQuestion(
        State.ConfigurationOf(task).Job.PartitionPolicy, task.ChangedAt, turn.LeadingSince, turn.Now, turn.Options.WorkerLostAfter));

    private void Settle(TaskRecord task, string message)
    {
        if (Outlook(task).IsLost)
            moves.Move(task, TaskState.Lost, message);
        else
            WatchPartition(task);
    }

    private void WatchPartition(TaskRecord task)
    {
        var outlook = Outlook(task);
        if (outlook.IsLost || outlook.LookAgainAt is not null)
            turn.Due.Add(DueKind.Partitioned, task.Id.Value, outlook.LookAgainAt ?? turn.Now, task.ChangedAt);
    }

    private void LookAtStarting(TaskRecord task)
    {
        var decision = Ask(task);
        if (decision.IsLost)
        {
            // The table's way from STARTING to LOST is for reports, where nothing runs any more. Here something may.
            var reason = $"timed out: the task was not RUNNING within {decision.Limit?.TotalSeconds:0} s";
            if (moves.Move(task, TaskState.Lost, reason) == TransitionOutcome.Applied)
                moves.Kill(task, reason);
        }
        else if (decision.LookAgainAt is { } again)
            turn.Due.Add(DueKind.Starting, task.Id.Value, again, task.ChangedAt);
    }

    private void TellAgain(TaskRecord task, DueEntry entry)
    {
        var decision = Ask(task);
        if (decision.IsLost)
        {
            moves.Move(task, TaskState.Lost, $"timed out: the worker did not answer for {decision.Limit?.TotalSeconds:0} s");
            return;
        }

        if (task.State == TaskState.Assigned)
            moves.Launch(task);
        else
            moves.Kill(task, task.Events[^1].Message ?? "");
        var again = turn.Now + moves.RetryAfter(task.State, entry.Attempt);
        turn.Due.Add(DueKind.Unanswered, entry.Key, decision.LookAgainAt is { } end && end < again ? end : again, entry.Stamp, entry.Attempt + 1);
    }

    private TimeoutDecision Ask(TaskRecord task) => turn.Options.Rules.Timeout(
        new TimeoutQuestion(
            task.State, task.ChangedAt, turn.LeadingSince, turn.Now, turn.Options.WorkerLostAfter,
            TaskTimeout.HealthAllowance(State.ConfigurationOf(task).Job.HealthCheckConfig)),
        turn.Options.Timeouts);
}
