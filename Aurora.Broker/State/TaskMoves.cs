using System.Collections.Immutable;
using Aurora.Broker.Scheduling;
using Aurora.Broker.Updates;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>The only way in which tasks are made and change their state: asks the state machine and does what it says, in its order.</summary>
internal sealed class TaskMoves(Turn turn)
{
    // Not at the end of its time at once: most tasks are RUNNING soon, and an entry per task for many minutes would fill the memory.
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(30);

    private BrokerState State => turn.State;

    /// <summary>Makes a task of an instance that has no active one.</summary>
    public TaskRecord Add(JobKey job, int instance, string configurationId, string? message) =>
        Insert(job, instance, configurationId, null, TimeSpan.Zero, message);

    /// <summary>Brings a task to a state, if the state machine lets it.</summary>
    /// <param name="task">The task, possibly with changes that are to be stored with the new state.</param>
    /// <param name="to">The state.</param>
    /// <param name="message">Why, for the history.</param>
    /// <returns>What became of it.</returns>
    public TransitionOutcome Move(TaskRecord task, TaskState to, string? message)
    {
        var from = task.State;
        var decision = turn.Options.Rules.Transition(from, to, Facts(task));
        foreach (var effect in decision.Effects)
        {
            switch (effect)
            {
                case TransitionEffect.IncrementFailures:
                    task = task with { FailureCount = task.FailureCount + 1 };
                    break;
                case TransitionEffect.SaveState:
                    task = Save(task, to, message);
                    break;
                case TransitionEffect.Reschedule:
                    Reschedule(task);
                    break;
                case TransitionEffect.TransitionToLost:
                    Move(task, TaskState.Lost, message);
                    break;
                case TransitionEffect.Kill when decision.Outcome == TransitionOutcome.Applied:
                    Kill(task, message ?? "");
                    break;
                case TransitionEffect.Kill: // The worker says that something runs which is being ended, or should not be; what it says is no reason.
                    Kill(task, AwaitsAnswer(from) ? task.Events[^1].Message ?? decision.Reason : decision.Reason);
                    break;
                case TransitionEffect.Delete:
                    Delete(task, message);
                    break;
            }
        }

        return decision.Outcome;
    }

    /// <summary>Sends the task to its worker, for the first time or again.</summary>
    public void Launch(TaskRecord task)
    {
        if (task.Worker is not { } worker)
            return;
        var job = State.ConfigurationOf(task).Job;
        turn.Effects.Add(new ToWorker(worker, new LaunchTask(task.Id, task.Job, task.Instance, job.Task)
        {
            HealthCheckConfig = job.HealthCheckConfig, Lifecycle = job.Lifecycle, Announce = job.Announce, StopAfterSecs = job.PartitionPolicy?.StopAfterSecs,
        }));
    }

    /// <summary>Says whether the table lets a task go to a state.</summary>
    public bool May(TaskRecord task, TaskState to) => turn.Options.Rules.Transition(task.State, to, Facts(task)).Outcome == TransitionOutcome.Applied;

    /// <summary>Tells the task's worker to end it.</summary>
    public void Kill(TaskRecord task, string reason)
    {
        if (task.Worker is { } worker)
            turn.Effects.Add(new ToWorker(worker, new KillTask(task.Id, reason)));
    }

    /// <summary>Has a look at the task fall due when its time in this state may be over.</summary>
    public void Watch(TaskRecord task)
    {
        switch (task.State)
        {
            case TaskState.Throttled:
                var longest = turn.Now + turn.Options.Backoff.MaxDelay; // Whatever the clock of the broker showed that throttled it.
                turn.Due.Add(DueKind.Throttled, task.Id.Value, task.NotBefore is { } time && time < longest ? time : longest, task.ChangedAt);
                break;
            case TaskState.Starting:
                var first = FirstLook < turn.Options.Timeouts.Starting ? FirstLook : turn.Options.Timeouts.Starting;
                turn.Due.Add(DueKind.Starting, task.Id.Value, turn.Now + first, task.ChangedAt);
                break;
            case var state when AwaitsAnswer(state):
                turn.Due.Add(DueKind.Unanswered, task.Id.Value, turn.Now + RetryAfter(state, 0), task.ChangedAt, attempt: 1);
                break;
        }
    }

    /// <summary>Says whether the worker owes a word about a task in this state.</summary>
    public static bool AwaitsAnswer(TaskState state) => state == TaskState.Assigned || state.IsBeingEnded();

    /// <summary>How long to wait for that word before the worker is told again.</summary>
    public TimeSpan RetryAfter(TaskState state, int attempt) => turn.Options.Rules.RetryDelay(state, attempt, turn.Options.Timeouts, turn.Options.Jitter);

    private TaskFacts Facts(TaskRecord task)
    {
        var job = State.ConfigurationOf(task).Job;
        return new TaskFacts(job.Service, job.MaxTaskFailures, task.FailureCount, WasKilling(task));
    }

    private static bool WasKilling(TaskRecord task)
    {
        foreach (var step in task.Events)
        {
            if (step.State == TaskState.Killing)
                return true;
        }

        return false;
    }

    private TaskRecord Save(TaskRecord task, TaskState to, string? message)
    {
        var from = task.State;
        task = task with
        {
            State = to,
            ChangedAt = turn.Now,
            NotBefore = null,
            Events = TaskHistory.Append(task.Events, new TaskEvent(turn.Now, to, message, turn.Options.BrokerName)),
            TimesPartitioned = to == TaskState.Partitioned ? task.TimesPartitioned + 1 : task.TimesPartitioned,
        };
        State.PutTask(task);
        Watch(task);
        Announce(task, from, to, message);
        turn.TouchedJobs.Add(task.Job);
        if (State.DrainingWorkers.Count > 0 && (to == TaskState.Running || to.IsTerminal()))
            turn.JobsToDrain.Add(task.Job);
        if (to.IsTerminal() && State.Jobs[task.Job].ActiveUpdate is { } id)
        {
            var update = State.Updates[id];
            var observed = UpdateEngine.Observe(update, task, turn.Now);
            if (!ReferenceEquals(update, observed))
                State.PutUpdate(observed);
        }

        return task;
    }

    private void Reschedule(TaskRecord ended)
    {
        var delay = turn.Options.Rules.Backoff(ended, id => State.Tasks.GetValueOrDefault(id), turn.Options.Jitter, turn.Options.Backoff);
        Insert(ended.Job, ended.Instance, ended.ConfigurationId, ended, delay, delay == TimeSpan.Zero ? "Rescheduled"
            : $"Rescheduled; held back for {Math.Ceiling(delay.TotalSeconds):0} s because earlier attempts ended too soon");
    }

    private TaskRecord Insert(JobKey job, int instance, string configurationId, TaskRecord? ancestor, TimeSpan delay, string? message)
    {
        var state = delay > TimeSpan.Zero ? TaskState.Throttled : TaskState.Pending;
        var task = new TaskRecord
        {
            Id = TaskId.Create(job, instance, turn.Options.NewId()),
            Job = job,
            Instance = instance,
            State = state,
            ConfigurationId = configurationId,
            Ancestor = ancestor?.Id,
            FailureCount = ancestor?.FailureCount ?? 0,
            NotBefore = delay > TimeSpan.Zero ? turn.Now + TimeSpan.FromMilliseconds(Math.Ceiling(delay.TotalMilliseconds)) : null,
            CreatedAt = turn.Now,
            ChangedAt = turn.Now,
            Events = [new TaskEvent(turn.Now, state, message, turn.Options.BrokerName)],
        };
        State.PutTask(task);
        Watch(task);
        Announce(task, TaskState.Init, state, message);
        turn.TouchedJobs.Add(job);
        return task;
    }

    private void Delete(TaskRecord task, string? message)
    {
        State.DeleteTask(task);
        Announce(task, task.State, TaskState.Deleted, message);
        turn.TouchedJobs.Add(task.Job);
        turn.MaybeEmptyJobs.Add(task.Job);
    }

    private void Announce(TaskRecord task, TaskState from, TaskState to, string? message) =>
        turn.Effects.Add(new Announced(new TaskStateChanged(task.Id, task.Job, task.Instance, from, to, task.Worker, turn.Now, message)));
}
