using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>
/// Applies what workers say of single tasks. What was overtaken by a later message still counts as far as the table takes it, since each report is of other tasks; but nothing is ended,
/// healed or called a duplicate by it.
/// </summary>
internal sealed class TaskReports(Turn turn, TaskMoves moves)
{
    private BrokerState State => turn.State;

    /// <summary>Applies one report.</summary>
    /// <param name="worker">Who says it.</param>
    /// <param name="report">What is said.</param>
    /// <param name="isCurrent">False for what was overtaken, or comes from an agent that is not known as the worker.</param>
    public void Apply(WorkerId worker, TaskReport report, bool isCurrent)
    {
        if (!State.Tasks.TryGetValue(report.TaskId, out var task) || task.Worker != worker)
            Disown(worker, report, isCurrent);
        else if (task.State.IsTerminal())
            ApplyToEnded(task, worker, report, isCurrent);
        else if (isCurrent || IsNews(task, report))
            ApplyToActive(task, worker, report);
    }

    /// <summary>The worker does not list a task that it should have. What may still lie in its queue is sent again; what it had, it has lost.</summary>
    public void Miss(TaskRecord task)
    {
        switch (task.State)
        {
            case TaskState.Assigned:
                moves.Launch(task);
                break;
            case TaskState.Starting or TaskState.Running or TaskState.Partitioned:
                moves.Move(task, TaskState.Lost, "the worker does not have it");
                break;
            default:
                moves.Kill(task, task.Events[^1].Message ?? "being ended"); // It answers that it does not have it.
                break;
        }
    }

    // Old words heal nothing: that the worker lived when it said them is no news.
    private bool IsNews(TaskRecord task, TaskReport report) =>
        moves.May(task, report.State) && (report.State.IsTerminal() || task.State != TaskState.Partitioned);

    private void ApplyToActive(TaskRecord known, WorkerId worker, TaskReport report)
    {
        var task = MeasuredReports.Merge(known with { Processes = ProcessReports.Merge(known.Processes, report.Processes) }, report);
        var outcome = moves.Move(task, report.State, report.Message);
        if (outcome != TransitionOutcome.Applied && (task.Processes != known.Processes || task.Ports != known.Ports || task.Usage != known.Usage))
            State.PutTask(task);
        if (outcome == TransitionOutcome.Applied && report.State.IsTerminal())
            turn.RecordEnd(worker, task.Id);
    }

    private void ApplyToEnded(TaskRecord task, WorkerId worker, TaskReport report, bool isCurrent)
    {
        if (report.State.IsTerminal())
        {
            turn.RecordEnd(worker, task.Id);
            if (isCurrent && task.State == TaskState.Lost && report.At > task.ChangedAt)
                ReportDuplicate(task, worker, $"it was found to have gone on on worker {worker} until {report.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z by that worker's clock");
        }
        else if (isCurrent)
        {
            moves.Move(task, report.State, null); // Ends what runs although the broker has it as ended.
            ReportDuplicate(task, worker, $"it was found still {Words(report.State)} on worker {worker}, and is being killed");
        }
    }

    /// <summary>
    /// A partition may leave a second copy; then that is said: in the attempt's history, as an event, and in the log. Once per attempt: its history shows, also to the next leader, that it was.
    /// </summary>
    private void ReportDuplicate(TaskRecord task, WorkerId worker, string what)
    {
        if (State.ActiveTask(task.Job, task.Instance) is not { } active || WasReported(task))
            return;

        var message = $"duplicate: {what}, while {active.Id} is the instance's authorised attempt";
        State.PutTask(task with { Events = task.Events.Add(new TaskEvent(turn.Now, task.State, message, turn.Options.BrokerName)) });
        turn.DuplicatesFound++;
        turn.Effects.Add(new DuplicateReported(new DuplicateFound(task.Id, task.Job, task.Instance, worker, active.Id, active.Worker, turn.Now, message)));
    }

    // Its end is in its history twice.
    private static bool WasReported(TaskRecord task) => task.Events is [.., { } before, _] && before.State == task.State;

    // A task that the broker does not know on this worker: what runs is ended, what has ended may be forgotten.
    private void Disown(WorkerId worker, TaskReport report, bool isCurrent)
    {
        if (report.State.IsTerminal())
            turn.RecordEnd(worker, report.TaskId);
        else if (isCurrent && turn.Options.Rules.Transition(TaskState.Deleted, report.State, default).Effects.Contains(TransitionEffect.Kill))
            turn.Effects.Add(new ToWorker(worker, new KillTask(report.TaskId, "the broker does not know this task on this worker")));
    }

    private static string Words(TaskState state) => state == TaskState.Running ? "running" : "starting";
}
