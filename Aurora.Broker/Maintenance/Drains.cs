using Aurora.Broker.Sla;
using Aurora.Broker.State;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.Maintenance;

/// <summary>
/// Empties the workers that are DRAINING: looks at the jobs that have tasks on them when one of the job's tasks became RUNNING or ended, when a coordinator answered, and every
/// few seconds; lets go whom the policies let go, and the rest at the deadline. All that it must know after a failover stands in the workers' rows.
/// </summary>
internal sealed class Drains(Turn turn, TaskMoves moves, WorkerModes modes)
{
    private const int JobsPerSlice = 50;
    private static readonly TimeSpan BetweenSlices = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan AnswerSlack = TimeSpan.FromSeconds(10);

    private readonly CoordinatorLines _lines = new(turn.Options.Sla.CoordinatorsAtOnce);
    private readonly Queue<JobKey> _round = new();
    private bool _isLooking;

    private BrokerState State => turn.State;

    /// <summary>Takes up a worker's drain that was just asked for, or that an earlier leader had begun.</summary>
    public void Begin(WorkerState worker)
    {
        if (worker.Record is not { Mode: MaintenanceMode.Draining, Drain: { } drain })
            return;
        turn.Due.Add(DueKind.DrainDeadline, worker.Record.Id.Value, drain.Deadline, drain.Deadline);
        LookAt(worker);
        if (_isLooking)
            return;
        _isLooking = true;
        turn.Due.Add(DueKind.DrainLook, "", turn.Now + turn.Options.Drains.LookInterval);
    }

    /// <summary>It is time to look at all workers that drain.</summary>
    public void LookAtAll()
    {
        NoteEmpty();
        if (_round.Count == 0)
            BeginRound(); // Else one is still on its way: beginning anew would never reach its last jobs.
        _isLooking = State.DrainingWorkers.Count > 0;
        if (_isLooking)
            turn.Due.Add(DueKind.DrainLook, "", turn.Now + turn.Options.Drains.LookInterval);
    }

    /// <summary>Looks at the next jobs of the round: a large cluster's would hold the loop up for too long in one turn.</summary>
    public void LookOn()
    {
        for (var i = 0; i < JobsPerSlice && _round.TryDequeue(out var key); i++)
            turn.JobsToDrain.Add(key);
        if (_round.Count > 0)
            turn.Due.Add(DueKind.DrainSlice, "", turn.Now + BetweenSlices);
    }

    private void BeginRound()
    {
        _lines.BeginRound(turn.Now - turn.Options.Sla.CoordinatorTimeout - AnswerSlack);
        var jobs = new HashSet<JobKey>();
        foreach (var worker in State.DrainingWorkers.Values)
        {
            foreach (var gone in worker.Waits.Keys.Where(t => !worker.TaskSet.Contains(t)).ToArray())
                worker.Waits.Remove(gone);
            foreach (var task in worker.Tasks)
                jobs.Add(State.Tasks[task].Job);
        }

        foreach (var key in jobs.OrderBy(k => k.ToString(), StringComparer.Ordinal))
            _round.Enqueue(key);
        LookOn();
    }

    /// <summary>A drain's time is over, if it is still the same drain.</summary>
    public void LookAtDeadline(DueEntry entry)
    {
        if (State.DrainingWorkers.TryGetValue(entry.Key, out var worker) && worker.Record.Drain?.Deadline == entry.Stamp)
            LookAt(worker);
    }

    /// <summary>A coordinator answered. The answer counts only for the drain for which it was asked, and for a task that is still there.</summary>
    public void Apply(CoordinatorAnswered answer)
    {
        if (_lines.Settle(answer.Request) is not { } asked)
            return;
        if (answer.IsAllowed && State.DrainingWorkers.TryGetValue(asked.Worker.Value, out var worker) && worker.Record.Drain == asked.Drain
            && State.Tasks.TryGetValue(asked.Task, out var task) && IsToLeave(task))
        {
            Drain(task, asked.Drain, isOverdue: false);
        }

        AskCoordinators();
    }

    /// <summary>Decides about the jobs that something happened to, and notes workers that are empty now.</summary>
    public void Run()
    {
        if (turn.JobsToDrain.Count == 0)
            return;

        var keys = turn.JobsToDrain.OrderBy(k => k.ToString(), StringComparer.Ordinal).ToArray();
        turn.JobsToDrain.Clear();
        foreach (var key in keys)
        {
            if (State.Jobs.TryGetValue(key, out var job))
                Run(job);
        }

        AskCoordinators();
        NoteEmpty();
    }

    private void NoteEmpty()
    {
        foreach (var worker in State.DrainingWorkers.Values.Where(w => w.Tasks.Count == 0).ToArray())
            modes.Set(worker, MaintenanceMode.Drained, worker.Record.Drain, "the last task is gone");
    }

    private void LookAt(WorkerState worker)
    {
        foreach (var task in worker.Tasks)
            turn.JobsToDrain.Add(State.Tasks[task].Job);
    }

    private void Run(JobState job)
    {
        var active = job.Active.Values.Select(id => State.Tasks[id]).ToArray();
        var candidates = active.Where(IsToLeave).Select(Candidate)
            .OrderBy(c => c.Task.Worker!.Value.Value, StringComparer.Ordinal).ThenBy(c => c.Task.Instance).ToArray(); // To leave a worker it must be on one.
        if (candidates.Length == 0)
            return;

        foreach (var (candidate, decision) in turn.Options.Rules.Drain(new DrainView(new JobUptime(active, turn.Now), candidates), turn.Options.Rules.Sla))
            Act(candidate, decision);
    }

    private void Act(DrainCandidate candidate, SlaDecision decision)
    {
        var task = candidate.Task;
        if (decision.Verdict == SlaVerdict.Allowed)
        {
            Drain(task, DrainOf(task), candidate.IsOverdue);
            return;
        }

        State.DrainingWorkers[task.Worker!.Value.Value].Waits[task.Id] = (task.Job, decision.Reason);
        if (decision.Verdict == SlaVerdict.AskCoordinator)
            _lines.Want(task.Id, candidate.Policy.CoordinatorUrl!); // Only a policy with one has this verdict.
    }

    private DrainCandidate Candidate(TaskRecord task)
    {
        var drain = DrainOf(task);
        var configuration = State.ConfigurationOf(task);
        return new DrainCandidate(
            task, configuration.Job.SlaPolicy ?? drain.DefaultPolicy, turn.Options.Sla.IsProtected(configuration.Tier), turn.Now >= drain.Deadline);
    }

    // What is being ended already leaves by itself.
    private bool IsToLeave(TaskRecord task) =>
        task.State is TaskState.Assigned or TaskState.Starting or TaskState.Running or TaskState.Partitioned
        && task.Worker is { } worker && State.DrainingWorkers.ContainsKey(worker.Value);

    private DrainRequest DrainOf(TaskRecord task) => State.DrainingWorkers[task.Worker!.Value.Value].Record.Drain!; // Of a task that is to leave: both are there.

    private void Drain(TaskRecord task, DrainRequest drain, bool isOverdue)
    {
        State.DrainingWorkers[task.Worker!.Value.Value].Waits.Remove(task.Id);
        var why = string.IsNullOrWhiteSpace(drain.Message) ? "" : $": {drain.Message}";
        moves.Move(task, TaskState.Draining, $"Worker {task.Worker} is drained by {drain.User}{why}{(isOverdue ? " (the drain's time for policies is over)" : "")}");
    }

    private void AskCoordinators()
    {
        while (_lines.TryTake(out var id, out var url))
        {
            // It may have waited for long: what it is about may be gone, or another drain.
            if (!State.Tasks.TryGetValue(id, out var task) || !IsToLeave(task) || Candidate(task) is not { IsOverdue: false } candidate || candidate.Policy.CoordinatorUrl != url)
            {
                _lines.PassOver(url);
                continue;
            }

            var (worker, drain) = (State.DrainingWorkers[task.Worker!.Value.Value].Record, DrainOf(task)); // It is to leave this worker.
            var request = turn.Options.NewId();
            _lines.Ask(new Asked(request, url, id, worker.Id, drain, turn.Now));
            turn.Effects.Add(new AskCoordinator(request, candidate.Policy, task, State.ConfigurationOf(task).Job, worker.Host, drain.Deadline - turn.Now));
        }
    }
}
