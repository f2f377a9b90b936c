using Aurora.Broker.Storage;
using Aurora.Core.Jobs;

namespace Aurora.Broker.State;

/// <summary>What a batch changed, by key: however often a row changes within the batch, it is written once. A null row is a deletion.</summary>
internal sealed class ChangeSet
{
    private readonly Dictionary<TaskId, TaskRecord?> _tasks = [];
    private readonly Dictionary<string, ConfigurationRecord?> _configurations = [];
    private readonly Dictionary<JobKey, JobRecord?> _jobs = [];
    private readonly Dictionary<WorkerId, WorkerRecord?> _workers = [];
    private readonly Dictionary<string, UpdateRecord?> _updates = [];
    private readonly Dictionary<Guid, ReplyRecord?> _replies = [];
    private readonly Dictionary<string, QuotaRecord?> _quotas = [];
    private readonly Dictionary<WorkerId, ReservationRecord?> _reservations = [];

    public bool IsEmpty =>
        _tasks.Count + _configurations.Count + _jobs.Count + _workers.Count + _updates.Count + _replies.Count + _quotas.Count + _reservations.Count == 0;

    public void Task(TaskId id, TaskRecord? row) => _tasks[id] = row;

    public void Configuration(string id, ConfigurationRecord? row) => _configurations[id] = row;

    public void Job(JobKey key, JobRecord? row) => _jobs[key] = row;

    public void Worker(WorkerId id, WorkerRecord? row) => _workers[id] = row;

    public void Update(string id, UpdateRecord? row) => _updates[id] = row;

    public void Reply(Guid id, ReplyRecord? row) => _replies[id] = row;

    public void Quota(string role, QuotaRecord? row) => _quotas[role] = row;

    public void Reservation(WorkerId worker, ReservationRecord? row) => _reservations[worker] = row;

    public StoreChanges ToStoreChanges() => new()
    {
        Tasks = Written(_tasks), DeletedTasks = Deleted(_tasks),
        Configurations = Written(_configurations), DeletedConfigurations = Deleted(_configurations),
        Jobs = Written(_jobs), DeletedJobs = Deleted(_jobs),
        Workers = Written(_workers), DeletedWorkers = Deleted(_workers),
        Updates = Written(_updates), DeletedUpdates = Deleted(_updates),
        Replies = Written(_replies), DeletedReplies = Deleted(_replies),
        Quotas = Written(_quotas), DeletedQuotas = Deleted(_quotas),
        Reservations = Written(_reservations), DeletedReservations = Deleted(_reservations),
    };

    private static List<TRow> Written<TKey, TRow>(Dictionary<TKey, TRow?> rows) where TKey : notnull where TRow : class
    {
        var result = new List<TRow>(rows.Count);
        foreach (var row in rows.Values)
        {
            if (row is not null)
                result.Add(row);
        }

        return result;
    }

    private static List<TKey> Deleted<TKey, TRow>(Dictionary<TKey, TRow?> rows) where TKey : notnull where TRow : class
    {
        var result = new List<TKey>();
        foreach (var (key, row) in rows)
        {
            if (row is null)
                result.Add(key);
        }

        return result;
    }
}
