using Aurora.Broker.Scheduling;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>Places what waits, at the end of a turn: only groups that got a task, or all of them when there is new capacity.</summary>
internal sealed class PlacementRounds(Turn turn, TaskMoves moves)
{
    private BrokerState State => turn.State;

    public void Run()
    {
        var groups = (State.MustPlaceAll ? State.PendingGroups : State.FreshGroups).ToArray();
        State.MustPlaceAll = false;
        State.ClearFreshGroups();
        if (groups.Length == 0)
            return;

        var demands = groups.Select(g => new GroupDemand(g.Job, State.Configuration(g.ConfigurationId).Need, g.Count)).ToArray();
        var offers = State.Workers.Values.Select(w => w.ToOffer()).ToArray();
        var round = Placement.Decide(demands, offers);
        for (var i = 0; i < groups.Length; i++)
            Place(groups[i], round[i]);
    }

    private void Place(PendingGroup group, GroupPlacement placement)
    {
        group.Reason = placement.PendingReason;
        foreach (var worker in placement.Workers)
        {
            var task = State.NextPending(group);
            if (task is null)
                return;
            moves.Move(task with { Worker = worker }, TaskState.Assigned, null);
            moves.Launch(State.Tasks[task.Id]);
        }
    }
}
