using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Jobs;

namespace Aurora.Simulation.Store;

/// <summary>The database: rows, and the lease with its epoch, in the semantics of <see cref="IStore"/>. It is also what the invariants look at.</summary>
internal sealed class MemoryStore(TimeProvider clock) : IStore
{
    private readonly Dictionary<TaskId, TaskRecord> _tasks = [];
    private readonly Dictionary<string, ConfigurationRecord> _configurations = [];
    private readonly Dictionary<JobKey, JobRecord> _jobs = [];
    private readonly Dictionary<WorkerId, WorkerRecord> _workers = [];
    private readonly Dictionary<string, UpdateRecord> _updates = [];
    private readonly Dictionary<Guid, ReplyRecord> _replies = [];
    private readonly Dictionary<string, QuotaRecord> _quotas = [];
    private readonly Dictionary<WorkerId, ReservationRecord> _reservations = [];
    private string? _holder;
    private DateTimeOffset _expiresAt;

    public IReadOnlyDictionary<TaskId, TaskRecord> Tasks => _tasks;

    public IReadOnlyDictionary<string, ConfigurationRecord> Configurations => _configurations;

    public IReadOnlyDictionary<JobKey, JobRecord> Jobs => _jobs;

    public IReadOnlyDictionary<WorkerId, WorkerRecord> Workers => _workers;

    public IReadOnlyDictionary<string, UpdateRecord> Updates => _updates;

    public IReadOnlyDictionary<Guid, ReplyRecord> Replies => _replies;

    public IReadOnlyDictionary<string, QuotaRecord> Quotas => _quotas;

    public IReadOnlyDictionary<WorkerId, ReservationRecord> Reservations => _reservations;

    /// <summary>The newest epoch.</summary>
    public long Epoch { get; private set; }

    public bool IsLed => _holder is not null;

    /// <summary>Sees each batch before it is written.</summary>
    public Action<StoreChanges> Writing { get; set; } = _ => { };

    /// <summary>Sees each batch once it is written.</summary>
    public Action<StoreChanges> Written { get; set; } = _ => { };

    public Task MigrateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<Lease?> AcquireLeaseAsync(string holder, string address, TimeSpan duration, CancellationToken cancellationToken)
    {
        if (_holder is not null && _holder != holder && _expiresAt > clock.GetUtcNow())
            return Task.FromResult<Lease?>(null);
        (_holder, _expiresAt) = (holder, clock.GetUtcNow() + duration);
        return Task.FromResult<Lease?>(new Lease(holder, ++Epoch));
    }

    public Task<bool> RenewLeaseAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        if (_holder != lease.Holder || Epoch != lease.Epoch)
            return Task.FromResult(false);
        _expiresAt = clock.GetUtcNow() + duration;
        return Task.FromResult(true);
    }

    public Task ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        if (_holder == lease.Holder && Epoch == lease.Epoch)
            _holder = null;
        return Task.CompletedTask;
    }

    public Task<StoredState> LoadAsync(CancellationToken cancellationToken) => Task.FromResult(Load());

    public StoredState Load() => new()
    {
        Tasks = [.. _tasks.Values], Configurations = [.. _configurations.Values], Jobs = [.. _jobs.Values], Workers = [.. _workers.Values],
        Updates = [.. _updates.Values], Replies = [.. _replies.Values], Quotas = [.. _quotas.Values], Reservations = [.. _reservations.Values],
    };

    public Task CommitAsync(long epoch, StoreChanges changes, CancellationToken cancellationToken)
    {
        if (epoch != Epoch || _holder is null)
            throw new StaleEpochException(epoch);
        Write(changes);
        return Task.CompletedTask;
    }

    /// <summary>Writes without looking at the epoch: another store has.</summary>
    public void Write(StoreChanges changes)
    {
        Writing(changes);
        Apply(_tasks, changes.Tasks, t => t.Id, changes.DeletedTasks);
        foreach (var id in changes.DeletedConfigurations)
            _configurations.Remove(id);
        foreach (var row in changes.Configurations)
            _configurations.TryAdd(row.Id, row);
        Apply(_jobs, changes.Jobs, j => j.Key, changes.DeletedJobs);
        Apply(_workers, changes.Workers, w => w.Id, changes.DeletedWorkers);
        Apply(_updates, changes.Updates, u => u.Id, changes.DeletedUpdates);
        Apply(_replies, changes.Replies, r => r.CommandId, changes.DeletedReplies);
        Apply(_quotas, changes.Quotas, q => q.Role, changes.DeletedQuotas);
        Apply(_reservations, changes.Reservations, r => r.Worker, changes.DeletedReservations);
        Written(changes);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static void Apply<TKey, TRow>(Dictionary<TKey, TRow> rows, IReadOnlyList<TRow> written, Func<TRow, TKey> key, IReadOnlyList<TKey> deleted)
        where TKey : notnull
    {
        foreach (var gone in deleted)
            rows.Remove(gone);
        foreach (var row in written)
            rows[key(row)] = row;
    }
}
