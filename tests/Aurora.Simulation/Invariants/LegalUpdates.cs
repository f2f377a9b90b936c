using Aurora.Broker.State;
using Aurora.Broker.Storage;
using static Aurora.Broker.State.UpdateStatus;

namespace Aurora.Simulation.Invariants;

/// <summary>Updates take the steps of aurora-spec section 6.6, change no more instances at once than asked, and a job has one at a time.</summary>
internal sealed class LegalUpdates(World world) : Invariant(world)
{
    public static readonly IReadOnlyDictionary<UpdateStatus, UpdateStatus[]> Steps = new Dictionary<UpdateStatus, UpdateStatus[]>
    {
        [RollingForward] = [RollingBack, RollForwardPaused, RollForwardAwaitingPulse, RolledForward, Aborted, Failed, Error],
        [RollingBack] = [RollBackPaused, RollBackAwaitingPulse, RolledBack, Aborted, Failed, Error],
        [RollForwardPaused] = [RollingForward, RollingBack, RollForwardAwaitingPulse, Aborted, Error],
        [RollBackPaused] = [RollingBack, RollBackAwaitingPulse, Aborted, Error],
        [RollForwardAwaitingPulse] = [RollingForward, RollingBack, RollForwardPaused, Aborted, Error],
        [RollBackAwaitingPulse] = [RollingBack, RollBackPaused, Aborted, Error],
    };

    public override string Rule => "updates take legal steps, a batch at a time";

    public override void Writing(StoreChanges changes)
    {
        foreach (var after in changes.Updates)
        {
            if (World.Store.Updates.TryGetValue(after.Id, out var before) && before.Status != after.Status)
                CheckStep(after, before.Status);
            var batch = after.Settings.UpdateStrategy?.BatchSize ?? after.Settings.BatchSize;
            if (after.Instances.Count(i => i.State == InstanceState.Working) is var working && working > batch)
                Fail($"update {after.Id} has {working} instances under way; {batch} were asked for");
        }
    }

    // A batch may hold several steps; each must be legal, and their names stand in the events.
    private void CheckStep(UpdateRecord after, UpdateStatus from)
    {
        World.Coverage.Update(from, after.Status);
        if (!Reaches(from, after.Status, 3))
            Fail($"update {after.Id} goes from {from} to {after.Status}");
    }

    private static bool Reaches(UpdateStatus from, UpdateStatus to, int steps) =>
        steps > 0 && Steps.TryGetValue(from, out var next) && (next.Contains(to) || next.Any(n => Reaches(n, to, steps - 1)));
}
