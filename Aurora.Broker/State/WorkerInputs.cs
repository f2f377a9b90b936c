using System.Collections.Immutable;
using Aurora.Broker.Scheduling;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>Applies what workers say, and what their silence means.</summary>
internal sealed class WorkerInputs(Turn turn, TaskMoves moves)
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    private BrokerState State => turn.State;

    public void Apply(object message)
    {
        switch (message)
        {
            case WorkerHello hello:
                ApplyHello(hello);
                break;
            case WorkerHeartbeat heartbeat:
                Hear(heartbeat.Worker, heartbeat.Session);
                break;
            case TasksReported reported:
                Hear(reported.Worker, reported.Session);
                foreach (var report in reported.Tasks)
                    ApplyReport(reported.Worker, report);
                break;
            default:
                throw new InvalidOperationException($"No worker sends {message.GetType().Name}.");
        }
    }

    /// <summary>Looks whether a worker is lost; its tasks are then LOST, and started elsewhere as far as the state machine says so.</summary>
    public void LookAtSilence(WorkerId id)
    {
        if (!State.Workers.TryGetValue(id, out var worker))
            return;

        var decision = turn.Options.Rules.Liveness(worker.LastSeen, turn.Now, turn.Options.WorkerLostAfter);
        if (decision.LookAgainAt is { } again)
        {
            turn.Due.Add(DueKind.WorkerSilent, id.Value, again);
            return;
        }

        worker.IsWatched = false;
        worker.Presence = WorkerPresence.Down;
        turn.PresenceChanged = true;
        foreach (var task in worker.Tasks.Select(t => State.Tasks[t]).ToArray())
            moves.Move(task, TaskState.Lost, $"worker {id} was not heard of for {turn.Options.WorkerLostAfter.TotalSeconds:0.#} s");
    }

    /// <summary>Begins to watch a worker's silence.</summary>
    public void Watch(WorkerState worker)
    {
        if (worker.IsWatched)
            return;
        worker.IsWatched = true;
        turn.Due.Add(DueKind.WorkerSilent, worker.Record.Id.Value, worker.LastSeen + turn.Options.WorkerLostAfter);
    }

    private void ApplyHello(WorkerHello hello)
    {
        var before = State.Workers.GetValueOrDefault(hello.Worker)?.Record;
        var worker = State.PutWorker(
            new WorkerRecord(hello.Worker, hello.Host, hello.Session, hello.Version, hello.Total,
                hello.Attributes.ToImmutableSortedDictionary(StringComparer.Ordinal), turn.Now)
            {
                PortCount = hello.PortCount, Mode = before?.Mode ?? default, Drain = before?.Drain,
            }, turn.Now);
        worker.Presence = WorkerPresence.Up;
        worker.IsDraining = hello.Draining;
        turn.PresenceChanged = true;
        worker.LastSeen = turn.Now;
        Watch(worker);

        var listed = hello.Tasks.Select(t => t.TaskId).ToHashSet();
        foreach (var task in worker.Tasks.Where(t => !listed.Contains(t)).Select(t => State.Tasks[t]).ToArray())
            MissTask(task);
        foreach (var report in hello.Tasks)
            ApplyReport(hello.Worker, report);
    }

    // The worker does not list a task that it should have. What may still lie in its queue is sent again; what it had, it has lost.
    private void MissTask(TaskRecord task)
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
                turn.Effects.Add(new ToWorker(task.Worker!.Value, new KillTask(task.Id, "being ended"))); // On a worker's list, so it has a worker.
                break;
        }
    }

    private void Hear(WorkerId id, Guid session)
    {
        var known = State.Workers.TryGetValue(id, out var worker);
        if (known && worker!.Record.Session == session)
            worker.LastSeen = turn.Now;
        if (known && worker!.Record.Session == session && worker.Presence == WorkerPresence.Up)
            return;
        if (known && turn.Now - worker!.HelloAskedAt < AskAgainAfter)
            return;

        if (known)
            worker!.HelloAskedAt = turn.Now;
        turn.Effects.Add(new ToWorker(id, new SendHello()));
    }

    private void ApplyReport(WorkerId worker, TaskReport report)
    {
        if (!State.Tasks.TryGetValue(report.TaskId, out var task) || task.Worker != worker)
        {
            Disown(worker, report);
            return;
        }

        if (!task.State.IsTerminal())
        {
            var known = task;
            task = MeasuredReports.Merge(task with { Processes = ProcessReports.Merge(task.Processes, report.Processes) }, report);
            var outcome = moves.Move(task, report.State, report.Message);
            if (outcome != TransitionOutcome.Applied && (task.Processes != known.Processes || task.Ports != known.Ports || task.Usage != known.Usage))
                State.PutTask(task);
            if (outcome == TransitionOutcome.Applied && report.State.IsTerminal())
                turn.RecordEnd(worker, task.Id);
        }
        else if (report.State.IsTerminal())
            turn.RecordEnd(worker, task.Id);
        else
            moves.Move(task, report.State, null); // Ends what runs although the broker has it as ended.
    }

    // A task that the broker does not know on this worker: what runs is ended, what has ended may be forgotten.
    private void Disown(WorkerId worker, TaskReport report)
    {
        if (report.State.IsTerminal())
            turn.RecordEnd(worker, report.TaskId);
        else if (turn.Options.Rules.Transition(TaskState.Deleted, report.State, default).Effects.Contains(TransitionEffect.Kill))
            turn.Effects.Add(new ToWorker(worker, new KillTask(report.TaskId, "the broker does not know this task on this worker")));
    }
}
