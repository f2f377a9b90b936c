using Aurora.Broker.Scheduling;

namespace Aurora.Broker.State;

/// <summary>
/// Why groups of tasks are PENDING, found out when somebody asks: it takes a look at every worker, so a turn does it for some groups only, and keeps what it found
/// while the workers stay as they are. Beyond that a group's older reason is told, or the counts of its last look.
/// </summary>
internal sealed class WaitingReasons(Turn turn)
{
    private const int LooksPerTurn = 200_000;
    private DateTimeOffset _turn;
    private int _looks;

    public string Of(PendingGroup group)
    {
        var index = turn.State.Index;
        if (group.Reason is { } known && known.Version == index.Version)
            return known.Text;
        if (_turn != turn.Now)
            (_turn, _looks) = (turn.Now, 0);
        if (_looks > LooksPerTurn)
            return group.Reason?.Text ?? (group.Vetoes is { } vetoes ? PendingReasons.Describe(vetoes) : NotYet);

        _looks += index.Count;
        var text = PendingReasons.Describe(turn.State.DemandOf(group, turn.Options.Placement.DefaultStrategy), index) ?? NotYet;
        group.Reason = (text, index.Version);
        return text;
    }

    private const string NotYet = "waiting for its turn to be placed";
}
