using Aurora.Broker.Storage.Migrations;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Aurora.Broker.Storage.Sqlite;

/// <summary>
/// The store of the embedded default: one SQLite file in WAL mode with <c>synchronous=FULL</c>. All writing goes through one thread; loading has a
/// connection and a thread of its own, so that the lease is renewed while 100,000 tasks are read. Several processes may have the file open on one machine.
/// </summary>
/// <param name="file">The file's absolute path.</param>
/// <param name="time">The lease goes by it.</param>
/// <param name="logger">Where migrations are told.</param>
internal sealed class SqliteStore(string file, TimeProvider time, ILogger logger) : IStore
{
    private readonly SqlText sql = SqlText.Sqlite;
    private readonly SqliteWriter writer = new(file, logger);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc />
    public Task MigrateAsync(CancellationToken cancellationToken) =>
        MigrateAsync(sql.Migrations, cancellationToken);

    /// <summary>Migrates with a given list of steps; tests give others than the program's.</summary>
    /// <param name="known">The steps, in order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when the schema is current.</returns>
    public Task MigrateAsync(IReadOnlyList<Migration> known, CancellationToken cancellationToken) =>
        writer.RunAsync("migrate the schema", session => session.InTransaction(_ => Migrate(session, known)), cancellationToken);

    /// <inheritdoc />
    public Task<Lease?> AcquireLeaseAsync(string holder, string address, TimeSpan duration, CancellationToken cancellationToken) =>
        writer.RunAsync("take the lease", session =>
        {
            var now = Now;
            var expires = now + (long)duration.TotalMilliseconds;
            return session.Ask(sql["acquire_lease"], ("@holder", holder), ("@address", address), ("@now", now), ("@expires", expires)) is long epoch
                ? new Lease(holder, epoch)
                : null;
        }, cancellationToken);

    /// <inheritdoc />
    public Task<bool> RenewLeaseAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) =>
        writer.RunAsync("renew the lease", session =>
            session.Run(
                sql["renew_lease"], ("@holder", lease.Holder), ("@epoch", lease.Epoch), ("@expires", Now + (long)duration.TotalMilliseconds)) == 1,
            cancellationToken);

    /// <inheritdoc />
    public Task ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) =>
        writer.RunAsync("give the lease up", session =>
            session.Run(sql["release_lease"], ("@holder", lease.Holder), ("@epoch", lease.Epoch), ("@now", Now)), cancellationToken);

    /// <inheritdoc />
    public async Task<StoredState> LoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Factory.StartNew(
                () => LoadOnThisThreadAsync(cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .Unwrap().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"Could not load the state from {file}: {e.Message}", e);
        }
    }

    /// <inheritdoc />
    public async Task CommitAsync(long epoch, StoreChanges changes, CancellationToken cancellationToken)
    {
        var batch = StoreBatch.Of(changes, TimeText.UnixMilliseconds); // On the caller's thread: the writer's is for SQLite.
        await writer.RunAsync("commit a batch", session => session.InTransaction(_ =>
        {
            if (session.Run(sql["check_epoch"], ("@epoch", epoch), ("@now", Now)) != 1)
                throw new StaleEpochException(epoch);
            foreach (var (name, rows) in batch)
                session.Run(sql[name], ("@" + name, rows));
            return true;
        }), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => writer.DisposeAsync();

    private async Task<StoredState> LoadOnThisThreadAsync(CancellationToken cancellationToken)
    {
        using var session = SqliteSession.Open(file);
        using var snapshot = session.Connection.BeginTransaction(deferred: true); // In WAL mode a reader sees one moment and hinders nobody.
        return await StateReader.ReadAsync(session.Connection, snapshot, sql, cancellationToken).ConfigureAwait(false);
    }

    private bool Migrate(SqliteSession session, IReadOnlyList<Migration> known)
    {
        session.RunOnce(sql["create_schema_migrations"]);
        var applied = session.Connection.Query<AppliedMigration>(sql["load_migrations"]).AsList();
        foreach (var step in MigrationPlan.Pending(applied, known))
        {
            session.RunOnce(step.Sql);
            session.Run(
                sql["record_migration"], ("@number", step.Number), ("@name", step.Name), ("@checksum", step.Checksum), ("@now", Now));
            Log.MigrationRun(logger, step.Number, step.Name);
        }

        return true;
    }
}
