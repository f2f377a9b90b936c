using System.Collections.Immutable;
using Aurora.Broker.Scheduling;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>Applies what workers say, and what their silence means.</summary>
internal sealed class WorkerInputs(Turn turn, TaskMoves moves, TaskTimers timers)
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    private readonly TaskReports _reports = new(turn, moves);

    private BrokerState State => turn.State;

    /// <summary>Applies one message.</summary>
    /// <param name="message">What the worker says.</param>
    /// <param name="isRepeated">Whether it was delivered before, perhaps to an earlier leader: then it may be older than what is known.</param>
    public void Apply(object message, bool isRepeated)
    {
        switch (message)
        {
            case WorkerHello hello:
                ApplyHello(hello, isRepeated);
                break;
            case WorkerHeartbeat heartbeat:
                ApplyHeartbeat(heartbeat);
                break;
            case TasksReported reported:
                var isCurrent = Hear(reported.Worker, reported.Session, reported.Sequence);
                foreach (var report in reported.Tasks)
                    _reports.Apply(reported.Worker, report, isCurrent);
                break;
            default:
                throw new InvalidOperationException($"No worker sends {message.GetType().Name}.");
        }
    }

    /// <summary>Looks whether a worker is lost; its tasks are then PARTITIONED, or LOST and started elsewhere, as their policy and the state machine say.</summary>
    public void LookAtSilence(WorkerId id)
    {
        if (!State.Workers.TryGetValue(id, out var worker))
            return;

        worker.ForgetTwin(turn.Now, turn.Options.WorkerLostAfter);
        var silentSince = worker.LastSeen > turn.LeadingSince ? worker.LastSeen : turn.LeadingSince;
        var decision = turn.Options.Rules.Liveness(silentSince, turn.Now, turn.Options.WorkerLostAfter);
        if (decision.LookAgainAt is { } again)
        {
            turn.Due.Add(DueKind.WorkerSilent, id.Value, again);
            return;
        }

        worker.IsWatched = false;
        worker.Presence = WorkerPresence.Down;
        worker.DiffersSince = null;
        turn.PresenceChanged = true;
        var message = $"worker {id} was not heard of for {turn.Options.WorkerLostAfter.TotalSeconds:0.#} s";
        foreach (var task in InOrder(worker.Tasks))
            timers.Partition(State.Tasks[task], message);
    }

    /// <summary>Begins to watch a worker's silence.</summary>
    public void Watch(WorkerState worker)
    {
        if (worker.IsWatched)
            return;
        worker.IsWatched = true;
        turn.Due.Add(DueKind.WorkerSilent, worker.Record.Id.Value, worker.LastSeen + turn.Options.WorkerLostAfter);
    }

    private void ApplyHello(WorkerHello hello, bool isRepeated)
    {
        var known = State.Workers.GetValueOrDefault(hello.Worker);
        switch (turn.Options.Rules.Session(QuestionOf(hello, known)))
        {
            case SessionVerdict.Taken:
                TakeHello(hello, known, isRepeated);
                break;
            case SessionVerdict.Overtaken:
                foreach (var report in hello.Tasks)
                    _reports.Apply(hello.Worker, report, isCurrent: false);
                break;
            case SessionVerdict.Twin:
                SeeTwin(known!, hello.Host); // Only beside a known worker.
                break;
        }
    }

    private SessionQuestion QuestionOf(WorkerHello hello, WorkerState? known) => new(
        hello.Session, hello.PreviousSessions, known is not null && known.Record.Session == hello.Session && !known.Sessions.Take(hello.Sequence),
        known?.Record.Session, known is { Presence: WorkerPresence.Down }, turn.Now - known?.Sessions.ReplacedAt(hello.Session), turn.Options.WorkerLostAfter);

    private void TakeHello(WorkerHello hello, WorkerState? known, bool isRepeated)
    {
        var before = known?.Record;
        if (known is not null && known.Record.Session != hello.Session)
        {
            known.Sessions.Replace(known.Record.Session, turn.Now);
            known.Sessions.Take(hello.Sequence); // The first number of the new session.
        }

        var record = new WorkerRecord(hello.Worker, hello.Host, hello.Session, hello.Version, hello.Total,
            hello.Attributes.ToImmutableSortedDictionary(StringComparer.Ordinal), turn.Now)
        {
            PortCount = hello.PortCount, Mode = before?.Mode ?? default, Drain = before?.Drain,
        };
        // A hello that only lists tasks again stores nothing, and is no new capacity: reconciling must cost little.
        var isNews = known is not { Presence: WorkerPresence.Up } || known.IsDraining != hello.Draining || !SaysTheSame(known.Record, record);
        var worker = isNews ? State.PutWorker(record, turn.Now) : known!;
        if (known is null)
            worker.Sessions.Take(hello.Sequence);
        worker.Presence = WorkerPresence.Up;
        worker.IsDraining = hello.Draining;
        turn.PresenceChanged |= isNews;
        (worker.LastSeen, worker.HelloAt, worker.DiffersSince) = (turn.Now, turn.Now, null);
        Watch(worker);

        var listed = hello.Tasks.Select(t => t.TaskId).ToHashSet();
        foreach (var task in InOrder(worker.Tasks.Where(t => !listed.Contains(t))))
        {
            // A hello that comes again was perhaps said before the worker had the task, and an earlier leader has stored since that it has. The hello that this leader asked for will tell.
            if (!isRepeated || State.Tasks[task].State == TaskState.Assigned)
                _reports.Miss(State.Tasks[task]);
            else
                AskForHello(hello.Worker, worker);
        }

        foreach (var report in hello.Tasks)
            _reports.Apply(hello.Worker, report, isCurrent: true);
    }

    private static bool SaysTheSame(WorkerRecord a, WorkerRecord b) =>
        a == b with { RegisteredAt = a.RegisteredAt, Attributes = a.Attributes } && a.Attributes.SequenceEqual(b.Attributes);

    private void ApplyHeartbeat(WorkerHeartbeat heartbeat)
    {
        if (!Hear(heartbeat.Worker, heartbeat.Session, heartbeat.Sequence) || !State.Workers.TryGetValue(heartbeat.Worker, out var worker))
            return;

        // Not before its hello was taken: until then tasks of it may be PARTITIONED here, and given up while it believes itself in touch.
        if (heartbeat.AnswerTo is { } number && worker.Presence == WorkerPresence.Up)
        {
            turn.Effects.Add(new ToWorker(heartbeat.Worker, new HeartbeatHeard(heartbeat.Session, number)));
            turn.MustProveLeadership = true;
        }

        var agrees = heartbeat.TasksDigest is { } digest ? digest == worker.Digest.ToString() : (bool?)null;
        var decision = turn.Options.Rules.Reconciliation(
            new ReconciliationQuestion(agrees, worker.DiffersSince, worker.HelloAt, turn.Now), turn.Options.Reconciliation);
        worker.DiffersSince = decision.DiffersSince;
        if (decision.AsksForHello)
            AskForHello(heartbeat.Worker, worker);
    }

    /// <summary>Takes a sign of life in, and asks for a hello where one is missing.</summary>
    /// <returns>Whether it is the worker that speaks, and nothing later of it came before.</returns>
    private bool Hear(WorkerId id, Guid session, long? sequence)
    {
        if (!State.Workers.TryGetValue(id, out var worker))
        {
            turn.Effects.Add(new ToWorker(id, new SendHello()));
            return false;
        }

        if (worker.Record.Session != session)
        {
            HearStranger(id, worker, session);
            return false;
        }

        if (!worker.Sessions.Take(sequence))
            return false;
        worker.LastSeen = turn.Now;
        Watch(worker); // Also one that is down: what its reports heal must be watched, whether or not its hello comes.
        if (worker.Presence != WorkerPresence.Up)
            AskForHello(id, worker);
        return true;
    }

    // An agent that is not the one that is known: a new one whose hello has not come, one that was replaced and whose words come late, or a twin.
    private void HearStranger(WorkerId id, WorkerState worker, Guid session)
    {
        if (worker.Presence == WorkerPresence.Down || worker.Sessions.ReplacedAt(session) is not { } replacedAt)
            AskForHello(id, worker);
        else if (turn.Now - replacedAt >= turn.Options.WorkerLostAfter)
            SeeTwin(worker, $"session {session}");
    }

    private void SeeTwin(WorkerState worker, string where)
    {
        if (worker.SeeTwin(where, turn.Now))
            turn.Effects.Add(new TwinReported(worker.Record.Id, worker.Record.Host, where));
    }

    private void AskForHello(WorkerId id, WorkerState worker)
    {
        if (turn.Now - worker.HelloAskedAt < AskAgainAfter)
            return;
        worker.HelloAskedAt = turn.Now;
        turn.Effects.Add(new ToWorker(id, new SendHello()));
    }

    // By name: what is decided must not depend on the order of a set.
    private static TaskId[] InOrder(IEnumerable<TaskId> tasks)
    {
        TaskId[] result = [.. tasks];
        Array.Sort(result, (a, b) => string.CompareOrdinal(a.Value, b.Value));
        return result;
    }
}
