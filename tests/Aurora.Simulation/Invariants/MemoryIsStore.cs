using Aurora.Broker.Scheduling;
using Aurora.Broker.State;
using Aurora.Simulation.Brokers;

namespace Aurora.Simulation.Invariants;

/// <summary>Memory is never ahead of the database, nor behind it, and its indexes are what they would be if it were read again.</summary>
internal sealed class MemoryIsStore(World world) : Invariant(world)
{
    private const int Every = 50;
    private int _turns;

    public override string Rule => "what the leader knows is what is stored";

    public override void Stepped(SimulatedBroker broker, BrokerMachine machine)
    {
        if (++_turns % Every == 0)
            Check(broker, machine);
    }

    private void Check(SimulatedBroker broker, BrokerMachine machine)
    {
        if (broker.Term is not { } term || term.Machine != machine || term.Lease.Epoch != World.Store.Epoch)
            return;
        var state = machine.State;
        Compare("tasks", state.Tasks, World.Store.Tasks, (a, b) => a == b || (a.State == b.State && a.Events.Length == b.Events.Length && a.ChangedAt == b.ChangedAt));
        Compare("updates", state.Updates, World.Store.Updates, (a, b) => ReferenceEquals(a, b) || (a.Status == b.Status && a.ModifiedAt == b.ModifiedAt));
        Compare("replies", state.Replies, World.Store.Replies, (a, b) => ReferenceEquals(a, b) || a.CommandDigest == b.CommandDigest);
        Compare("quotas", state.Quotas, World.Store.Quotas, (a, b) => a == b);
        Compare("reservations", state.Reservations, World.Store.Reservations, (a, b) => a == b);
        Compare("workers", state.Workers.ToDictionary(w => w.Key, w => w.Value.Record), World.Store.Workers, (a, b) => ReferenceEquals(a, b) || (a.Session == b.Session && a.Mode == b.Mode));
        Compare("jobs", state.Jobs.ToDictionary(j => j.Key, j => j.Value.Record!), World.Store.Jobs, (a, b) => a == b);
        CompareIndexes(state, BrokerState.Load(World.Store.Load(), World.Timeline.Now, new TierOptions()));
    }

    private void CompareIndexes(BrokerState state, BrokerState again)
    {
        foreach (var (id, worker) in again.Workers)
        {
            var mine = state.Workers[id];
            if (mine.Used != worker.Used || !mine.TaskSet.SetEquals(worker.TaskSet))
                Fail($"{id} uses {mine.Used} in memory, {worker.Used} as read");
        }

        foreach (var (key, job) in again.Jobs)
        {
            var mine = state.Jobs[key];
            if (mine.PendingCount != job.PendingCount || mine.OnWorkerCount != job.OnWorkerCount || mine.FinishedCount != job.FinishedCount
                || mine.FailedCount != job.FailedCount || mine.ActiveUpdate != job.ActiveUpdate || mine.Active.Count != job.Active.Count)
                Fail($"{key} is counted otherwise in memory than as read");
        }

        if (state.PendingGroups.Sum(g => g.Count) != again.PendingGroups.Sum(g => g.Count))
            Fail("pending tasks are counted otherwise in memory than as read");
    }

    private void Compare<TKey, TRow>(
        string table, IEnumerable<KeyValuePair<TKey, TRow>> memory, IReadOnlyDictionary<TKey, TRow> store, Func<TRow, TRow, bool> same) where TKey : notnull
    {
        var count = 0;
        foreach (var (key, row) in memory)
        {
            count++;
            if (!store.TryGetValue(key, out var stored) || !same(row, stored))
                Fail($"{table}: {key} is {row} in memory and {stored?.ToString() ?? "nothing"} in the store");
        }

        if (count != store.Count)
            Fail($"{table}: {count} in memory, {store.Count} in the store");
    }
}
