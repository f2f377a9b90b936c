using Aurora.Broker.Maintenance;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Broker.State;

/// <summary>
/// The broker without its surroundings: inputs and times go in, changes for the store and effects come out. It does no I/O and reads no clock, so the same inputs
/// at the same times give the same results. The loop drives it; tests and simulations may as well.
/// </summary>
internal sealed class BrokerMachine
{
    private readonly Turn _turn;
    private readonly CommandInputs _commands;
    private readonly Queries _queries;
    private readonly WorkerInputs _workers;
    private readonly UpdateProgress _updates;
    private readonly DueInputs _due;
    private readonly Drains _drains;
    private readonly PlacementRounds _placement;
    private readonly PreemptionRounds _preemption;

    public BrokerMachine(BrokerState state, TurnOptions options, DateTimeOffset now)
    {
        _turn = new Turn(state, new DueTimes(), options, now);
        var moves = new TaskMoves(_turn);
        var quotas = new QuotaInputs(_turn);
        var modes = new WorkerModes(_turn);
        _drains = new Drains(_turn, moves, modes);
        var timers = new TaskTimers(_turn, moves);
        _commands = new CommandInputs(_turn, moves, quotas, new MaintenanceInputs(_turn, modes, _drains));
        _queries = new Queries(_turn, timers, quotas);
        _workers = new WorkerInputs(_turn, moves, timers);
        _updates = new UpdateProgress(_turn, moves);
        _placement = new PlacementRounds(_turn, moves);
        _preemption = new PreemptionRounds(_turn, moves);
        _due = new DueInputs(_turn, moves, timers, _workers, _updates, _drains, _preemption);
        TakeUp(now, timers);
    }

    public BrokerState State => _turn.State;

    /// <summary>Whether the next turn has work without any input: what this one could not place or search within its measure.</summary>
    public bool HasMore => _placement.HasMore || _preemption.HasMore;

    /// <summary>When something falls due next.</summary>
    public DateTimeOffset? NextDue => HasMore ? _turn.Now : _turn.Due.Next;

    /// <summary>Says whether a worker came or went since the last call.</summary>
    public bool TakePresenceChanged()
    {
        var changed = _turn.PresenceChanged;
        _turn.PresenceChanged = false;
        return changed;
    }

    /// <summary>The broker stood still: what it did not hear before now proves nothing, as before it began to lead.</summary>
    /// <param name="now">The time.</param>
    public void HearAnew(DateTimeOffset now) => _turn.LeadingSince = now;

    /// <summary>Begins a turn: what falls due is applied first.</summary>
    public void Begin(DateTimeOffset now)
    {
        _turn.Begin(now);
        while (_turn.Due.TryTake(_turn.Now, out var entry))
            _due.Apply(entry);
    }

    /// <summary>Applies one input.</summary>
    public void Apply(LoopInput input)
    {
        switch (input)
        {
            case CommandInput { Command: CreateJob or KillTasks or StartUpdate or AbortUpdate or DrainWorkers or DeactivateWorkers or ActivateWorkers or SetQuota } command:
                _updates.MoveTouched(); // So that a drain, or whatever it is, does not meet a job between two instances of an update.
                _commands.Apply(command);
                _updates.MoveTouched(); // So that the next command of the turn meets the job as the update left it.
                break;
            case CommandInput query:
                _turn.Effects.Add(_queries.Answer(query));
                break;
            case WorkerInput worker:
                _workers.Apply(worker.Message);
                break;
            case CoordinatorAnswered answer:
                _updates.MoveTouched();
                _drains.Apply(answer);
                break;
        }
    }

    /// <summary>Ends a turn: updates move, workers drain, what waits is placed, empty jobs go.</summary>
    /// <returns>What must be stored, and what to do once it is.</returns>
    public TurnResult End()
    {
        do
        {
            _updates.MoveTouched(); // First, so that an instance that an update is about to replace is not missed: a policy counts them.
            _drains.Run();
        }
        while (_turn.TouchedJobs.Count + _turn.JobsToDrain.Count > 0); // Each may have ended what the other waits for.
        _placement.Run();
        _preemption.Run();
        _turn.TouchedJobs.Clear(); // Placing and preempting move no update.
        foreach (var key in _turn.MaybeEmptyJobs)
            State.DeleteJobIfEmpty(key);
        _turn.MaybeEmptyJobs.Clear();
        _turn.FlushRecordedEnds();
        return new TurnResult(State.TakeChanges(), _turn.Effects, _turn.MustProveLeadership);
    }

    // What the last leader left half done is taken up from the rows: nothing is known of what it sent.
    private void TakeUp(DateTimeOffset now, TaskTimers timers)
    {
        _turn.Begin(now);
        foreach (var task in State.Tasks.Values)
            timers.TakeUp(task);

        foreach (var worker in State.Workers.Values)
        {
            _workers.Watch(worker);
            _drains.Begin(worker);
        }

        foreach (var update in State.Updates.Values)
            _turn.Due.Add(DueKind.Update, update.Id, _turn.Now);
        _preemption.TakeUp();
        _turn.Due.Add(DueKind.Prune, "", _turn.Now + _turn.Options.PruneInterval);
    }
}

/// <summary>What a turn came to.</summary>
/// <param name="Changes">What must be stored.</param>
/// <param name="Effects">What to do once it is.</param>
/// <param name="MustProveLeadership">Whether a commit is needed even without changes, because an effect says that this broker leads, and only a commit shows that it still does.</param>
internal sealed record TurnResult(ChangeSet Changes, IReadOnlyList<Effect> Effects, bool MustProveLeadership);
