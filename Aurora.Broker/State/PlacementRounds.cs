using Aurora.Broker.Scheduling;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>
/// Places what waits, at the end of a turn. A turn places and looks only so much, so that commands and reports are never kept waiting for long; the rest goes on in
/// the next turn.
/// </summary>
internal sealed class PlacementRounds(Turn turn, TaskMoves moves)
{
    private int _start;

    private BrokerState State => turn.State;

    /// <summary>Whether there is more to do, without any further input.</summary>
    public bool HasMore => State.Queue.HasWork || State.Index.HasImproved;

    public void Run()
    {
        var options = turn.Options.Placement;
        var (placed, looks) = (0, State.Queue.Wake(State.Index, State.WaitingSince));
        do
        {
            // One in any case: where much changes, waking alone may take more looks than a turn has, and then nothing would ever be placed.
            if (!State.Queue.TryTake(out var group))
                return;
            var placement = Look(group, options.MaxPerTurn - placed);
            placed += placement.Slots.Count;
            looks += placement.Looks;
        }
        while (placed < options.MaxPerTurn && looks < options.MaxLooksPerTurn);
    }

    private GroupPlacement Look(PendingGroup group, int atMost)
    {
        var slots = group.TakeSlots();
        var demand = State.DemandOf(group, turn.Options.Placement.DefaultStrategy) with
        {
            Count = Math.Min(group.Count, atMost), Slots = slots, Start = _start,
        };
        var placement = turn.Options.Rules.Place(demand, State.Index);
        _start = placement.Next;
        foreach (var slot in placement.Slots)
            Place(group, slot);
        if (group.Count > 0)
            Settle(group, demand, placement);
        return placement;
    }

    private void Place(PendingGroup group, int slot)
    {
        if (State.NextPending(group) is not { } task)
            return;
        var worker = State.Index.Id(slot);
        moves.Move(task with { Worker = worker }, TaskState.Assigned, null);
        moves.Launch(State.Tasks[task.Id]);
        if (State.Index.ReservationFor(slot) is not null)
        {
            State.DeleteReservation(worker);
            turn.ServedGroups.Add(group);
        }
    }

    private void Settle(PendingGroup group, GroupDemand demand, GroupPlacement placement)
    {
        if (demand.Slots is null)
        {
            group.RoomMayHelp = placement.RoomMayHelp;
            group.Vetoes = placement.Vetoes;
        }
        else
            group.RoomMayHelp |= placement.RoomMayHelp;

        State.Queue.LayAside(group);
        if (placement.Slots.Count < demand.Count)
            return;

        // The turn's measure is full, not the workers: it goes on where it was.
        group.MustSeeAll |= demand.Slots is null;
        if (demand.Slots is { } slots)
            group.MustSee(slots);
        State.Queue.Enqueue(group, State.WaitingSince(group));
    }
}
