using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Jobs;

namespace Aurora.Broker.Tests.Support;

/// <summary>What a store holds, without a store: for machines whose memory is thrown away in the middle of a test.</summary>
internal sealed class StoredRows
{
    private readonly Dictionary<TaskId, TaskRecord> _tasks = [];
    private readonly Dictionary<string, ConfigurationRecord> _configurations = [];
    private readonly Dictionary<JobKey, JobRecord> _jobs = [];
    private readonly Dictionary<WorkerId, WorkerRecord> _workers = [];
    private readonly Dictionary<string, UpdateRecord> _updates = [];
    private readonly Dictionary<Guid, ReplyRecord> _replies = [];
    private readonly Dictionary<string, QuotaRecord> _quotas = [];
    private readonly Dictionary<WorkerId, ReservationRecord> _reservations = [];

    public StoredState State => new()
    {
        Tasks = [.. _tasks.Values], Configurations = [.. _configurations.Values], Jobs = [.. _jobs.Values], Workers = [.. _workers.Values],
        Updates = [.. _updates.Values], Replies = [.. _replies.Values], Quotas = [.. _quotas.Values], Reservations = [.. _reservations.Values],
    };

    public void Commit(StoreChanges changes)
    {
        Apply(_configurations, changes.Configurations, c => c.Id, changes.DeletedConfigurations);
        Apply(_tasks, changes.Tasks, t => t.Id, changes.DeletedTasks);
        Apply(_jobs, changes.Jobs, j => j.Key, changes.DeletedJobs);
        Apply(_workers, changes.Workers, w => w.Id, changes.DeletedWorkers);
        Apply(_updates, changes.Updates, u => u.Id, changes.DeletedUpdates);
        Apply(_replies, changes.Replies, r => r.CommandId, changes.DeletedReplies);
        Apply(_quotas, changes.Quotas, q => q.Role, changes.DeletedQuotas);
        Apply(_reservations, changes.Reservations, r => r.Worker, changes.DeletedReservations);
    }

    private static void Apply<TKey, TRow>(Dictionary<TKey, TRow> rows, IReadOnlyList<TRow> written, Func<TRow, TKey> key, IReadOnlyList<TKey> deleted)
        where TKey : notnull
    {
        foreach (var row in written)
            rows[key(row)] = row;
        foreach (var k in deleted)
            rows.Remove(k);
    }
}
