using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.Scheduling.Preempting;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>
/// Makes room for groups that wait for too long, at the end of a turn and after placement (aurora-spec section 5.8; docs/decisions/0010). Victims are chosen and ended in the
/// same turn, so that no choice grows old; their worker is kept for the group until a task of it is placed there, nobody waits any more, or the time is over.
/// A turn searches only so much; the rest goes on in the next.
/// </summary>
internal sealed class PreemptionRounds(Turn turn, TaskMoves moves)
{
    private readonly Queue<PendingGroup> _groups = new();

    private BrokerState State => turn.State;

    private PreemptionOptions Options => turn.Options.Preemption;

    /// <summary>Whether there is more to search, without any further input.</summary>
    public bool HasMore => _groups.Count > 0;

    /// <summary>Takes up what a leader before left: workers that are kept stay so.</summary>
    public void TakeUp()
    {
        foreach (var kept in State.Reservations.Values.OrderBy(r => r.Worker.Value, StringComparer.Ordinal).ToArray())
        {
            if (State.IsAwaited(kept))
                turn.Due.Add(DueKind.Reservation, kept.Worker.Value, kept.Until);
            else
                State.DeleteReservation(kept.Worker);
        }

        if (Options.IsEnabled)
            turn.Due.Add(DueKind.Preemption, "", turn.Now + Options.SearchInterval);
    }

    /// <summary>The time of a search has come.</summary>
    public void Collect()
    {
        turn.Due.Add(DueKind.Preemption, "", turn.Now + Options.SearchInterval);
        foreach (var kept in State.Reservations.Keys.Where(IsOfNoUse).OrderBy(w => w.Value, StringComparer.Ordinal).ToArray())
            State.DeleteReservation(kept);

        // Whoever was not reached since the last search comes in the same order again, but not twice.
        _groups.Clear();
        foreach (var group in State.PendingGroups.Where(HasWaited)
            .OrderByDescending(g => g.Configuration.Claim.Rank).ThenByDescending(g => g.Configuration.Job.Priority).ThenBy(State.WaitingSince).ThenBy(g => g.Number))
            _groups.Enqueue(group);
    }

    /// <summary>The time of a reservation is over.</summary>
    public void Expire(WorkerId worker)
    {
        if (State.Reservations.TryGetValue(worker, out var kept) && kept.Until <= turn.Now)
            State.DeleteReservation(worker);
    }

    /// <summary>Searches, within the turn's measure.</summary>
    public void Run()
    {
        foreach (var served in turn.ServedGroups)
        {
            if (Options.IsEnabled && HasWaited(served))
                _groups.Enqueue(served); // It got its room, and others of it wait as long: no reason to wait for the next search.
        }

        turn.ServedGroups.Clear();
        for (var looks = 0; looks < Options.LooksPerTurn && _groups.TryDequeue(out var group);)
            looks += Search(group);
    }

    private int Search(PendingGroup group)
    {
        // Placement has not looked at it since something changed: perhaps it needs nobody's room.
        if (!HasWaited(group) || group.IsQueued || group.Kept.Count > 0)
            return 0;

        var decision = turn.Options.Rules.Preempt(
            new PreemptionDemand(group.Configuration.Claim, (attribute, value) => group.JobState.TasksAt(attribute, value, State.Index)), State.Occupants.Workers(group));
        if (decision.Worker is not { } worker)
            return decision.Looks;

        foreach (var victim in decision.Victims)
            moves.Move(State.Tasks[victim], TaskState.Preempting, $"Preempted to make room for job {group.Job}");
        var kept = new ReservationRecord(worker, group.Job, group.ConfigurationId, turn.Now + Options.ReservationTime);
        State.PutReservation(kept);
        turn.Due.Add(DueKind.Reservation, worker.Value, kept.Until);
        return decision.Looks;
    }

    private bool HasWaited(PendingGroup group) => group.Count > 0 && turn.Now - State.WaitingSince(group) >= Options.Delay;

    // A worker that is only expected may still say hello: a new leader has not heard of any.
    private bool IsOfNoUse(WorkerId worker) =>
        !State.Workers.TryGetValue(worker, out var known) || known.Standing is WorkerStanding.Down or WorkerStanding.Draining;
}
