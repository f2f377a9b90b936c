using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.Scheduling.Workers;

namespace Aurora.Broker.Scheduling;

/// <summary>
/// Places a group of identical pending tasks: one walk over the workers places as many as fit. Workers that are kept for the group come first, those whose maintenance
/// is announced last; in between the job's preference decides. Spreading over workers ends its walk as soon as every task has a worker of its own, and the next group begins
/// where it ended. It is weak where many groups prefer a value of an attribute, or to pack, among many workers: each of them sees all workers.
/// </summary>
internal static class Placement
{
    /// <summary>Decides for one group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="workers">All workers, as they are with what was placed before.</param>
    /// <returns>The workers for as many of its tasks as fit; when fewer than asked, no worker fits another one.</returns>
    public static GroupPlacement Decide(GroupDemand group, WorkerIndex workers)
    {
        var filter = new DemandFilter(group, workers);
        var places = new Places(group, workers, filter);
        var vetoes = default(VetoCounts);
        var roomMayHelp = false;
        var looks = 0;
        foreach (var slot in group.Kept)
        {
            if (filter.Check(slot) == Veto.None)
                places.TakeKept(slot);
        }

        var slots = group.Slots ?? filter.Narrowed();
        var count = slots?.Count ?? workers.Count;
        var first = slots is null ? group.Start : FirstFrom(slots, group.Start);
        for (; looks < count && !places.IsComplete; looks++)
        {
            var at = (first + looks) % count;
            var slot = slots is null ? at : slots[at];
            var veto = filter.Check(slot);
            vetoes[veto]++;
            if (veto == Veto.None)
                places.Offer(slot);
            else if (!roomMayHelp && veto >= Veto.Resources)
                roomMayHelp = veto == Veto.Reserved || filter.CouldHold(slot);
        }

        places.TakeMore();
        return new GroupPlacement(places.Taken, places.Next, looks, vetoes, roomMayHelp || places.Taken.Count > 0);
    }

    private static int FirstFrom(IReadOnlyList<int> slots, int start)
    {
        var (low, high) = (0, slots.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (slots[middle] < start)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
