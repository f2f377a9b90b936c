using Aurora.Core.Jobs;
using Aurora.Broker.State;

namespace Aurora.Broker.Storage;

/// <summary>
/// The durable log and query store of the broker. One leader writes, in batches; the lease's epoch is checked inside each commit's own
/// transaction, so that a deposed leader cannot write. Two implementations, SQL Server and SQLite, pass one contract suite.
/// </summary>
internal interface IStore : IAsyncDisposable
{
    /// <summary>Creates or upgrades the schema under a lock; safe to run by several brokers at once. A migration that was applied with another checksum is refused.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when the schema is current.</returns>
    Task MigrateAsync(CancellationToken cancellationToken);

    /// <summary>Takes the leadership when nobody holds it or its holder's time is over. Each taking has a new, greater epoch.</summary>
    /// <param name="holder">Who takes it: a name that is unique per broker process.</param>
    /// <param name="address">Where clients find the holder's pages.</param>
    /// <param name="duration">How long it lasts without renewal, by the store's clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The lease, or null while another one holds it.</returns>
    Task<Lease?> AcquireLeaseAsync(string holder, string address, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Prolongs a lease.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="duration">How long from now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when another one has taken it.</returns>
    Task<bool> RenewLeaseAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Gives a lease up, so that a standby need not wait. Does nothing when another one has taken it.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when it is given up.</returns>
    Task ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>Reads everything that the loop keeps in memory.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The state as of the last commit.</returns>
    Task<StoredState> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Writes a batch in one transaction, set by set, or nothing of it.</summary>
    /// <param name="epoch">The leader's epoch.</param>
    /// <param name="changes">The batch; rows are inserted or replaced by key.</param>
    /// <param name="cancellationToken">Gives up; whether the batch was written is then unknown.</param>
    /// <returns>A task that ends when the batch is durable.</returns>
    /// <exception cref="StaleEpochException">Another broker leads.</exception>
    /// <exception cref="StoreException">The database could not do it, also after retries of what is transient.</exception>
    Task CommitAsync(long epoch, StoreChanges changes, CancellationToken cancellationToken);
}

/// <summary>The leadership, held for a time.</summary>
/// <param name="Holder">Who holds it.</param>
/// <param name="Epoch">Its number, greater than every one before.</param>
internal sealed record Lease(string Holder, long Epoch);

/// <summary>Everything that the loop keeps in memory.</summary>
internal sealed record StoredState
{
    /// <summary>All tasks that were not pruned.</summary>
    public required IReadOnlyList<TaskRecord> Tasks { get; init; }

    /// <summary>All configurations.</summary>
    public required IReadOnlyList<ConfigurationRecord> Configurations { get; init; }

    /// <summary>All jobs.</summary>
    public required IReadOnlyList<JobRecord> Jobs { get; init; }

    /// <summary>All workers.</summary>
    public required IReadOnlyList<WorkerRecord> Workers { get; init; }

    /// <summary>All updates that were not pruned.</summary>
    public required IReadOnlyList<UpdateRecord> Updates { get; init; }

    /// <summary>All replies that were not pruned.</summary>
    public required IReadOnlyList<ReplyRecord> Replies { get; init; }

    /// <summary>All quotas.</summary>
    public IReadOnlyList<QuotaRecord> Quotas { get; init; } = [];

    /// <summary>All reservations.</summary>
    public IReadOnlyList<ReservationRecord> Reservations { get; init; } = [];
}

/// <summary>A batch: rows to insert or replace, and keys to delete. A key is in at most one of both.</summary>
internal sealed record StoreChanges
{
    /// <summary>Tasks to insert or replace.</summary>
    public IReadOnlyList<TaskRecord> Tasks { get; init; } = [];

    /// <summary>Tasks to delete.</summary>
    public IReadOnlyList<TaskId> DeletedTasks { get; init; } = [];

    /// <summary>Configurations to insert; one that is there already is left as it is.</summary>
    public IReadOnlyList<ConfigurationRecord> Configurations { get; init; } = [];

    /// <summary>Configurations to delete.</summary>
    public IReadOnlyList<string> DeletedConfigurations { get; init; } = [];

    /// <summary>Jobs to insert or replace.</summary>
    public IReadOnlyList<JobRecord> Jobs { get; init; } = [];

    /// <summary>Jobs to delete.</summary>
    public IReadOnlyList<JobKey> DeletedJobs { get; init; } = [];

    /// <summary>Workers to insert or replace.</summary>
    public IReadOnlyList<WorkerRecord> Workers { get; init; } = [];

    /// <summary>Workers to delete.</summary>
    public IReadOnlyList<WorkerId> DeletedWorkers { get; init; } = [];

    /// <summary>Updates to insert or replace.</summary>
    public IReadOnlyList<UpdateRecord> Updates { get; init; } = [];

    /// <summary>Updates to delete.</summary>
    public IReadOnlyList<string> DeletedUpdates { get; init; } = [];

    /// <summary>Replies to insert.</summary>
    public IReadOnlyList<ReplyRecord> Replies { get; init; } = [];

    /// <summary>Replies to delete.</summary>
    public IReadOnlyList<Guid> DeletedReplies { get; init; } = [];

    /// <summary>Quotas to insert or replace.</summary>
    public IReadOnlyList<QuotaRecord> Quotas { get; init; } = [];

    /// <summary>Roles whose quotas to delete.</summary>
    public IReadOnlyList<string> DeletedQuotas { get; init; } = [];

    /// <summary>Reservations to insert or replace.</summary>
    public IReadOnlyList<ReservationRecord> Reservations { get; init; } = [];

    /// <summary>Workers whose reservations to delete.</summary>
    public IReadOnlyList<WorkerId> DeletedReservations { get; init; } = [];
}

/// <summary>Another broker has taken the leadership: this one must step down and reload.</summary>
/// <param name="epoch">The epoch that this broker wrote with.</param>
internal sealed class StaleEpochException(long epoch) : Exception($"Epoch {epoch} is over: another broker leads.");

/// <summary>The database could not do what was asked.</summary>
/// <param name="message">What was attempted, and why it failed.</param>
/// <param name="inner">The database's own error.</param>
internal sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner);
