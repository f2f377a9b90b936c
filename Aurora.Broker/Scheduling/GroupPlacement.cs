using Aurora.Broker.Scheduling.Matching;

namespace Aurora.Broker.Scheduling;

/// <summary>What was decided for one group.</summary>
/// <param name="Slots">A worker per placed task, in the order of the waiting tasks.</param>
/// <param name="Next">The slot after the last one that was taken: where the next group begins.</param>
/// <param name="Looks">How many workers were looked at.</param>
/// <param name="Vetoes">How many of them refused, by <see cref="Veto"/>.</param>
/// <param name="RoomMayHelp">For a group that was not placed as a whole: whether more room on some worker could change that.</param>
internal sealed record GroupPlacement(IReadOnlyList<int> Slots, int Next, int Looks, VetoCounts Vetoes, bool RoomMayHelp);
