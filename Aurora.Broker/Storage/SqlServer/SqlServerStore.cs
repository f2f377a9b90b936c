using System.Data;
using System.Text;
using Aurora.Broker.Storage.Migrations;
using Dapper;
using Microsoft.Data.SqlClient;

namespace Aurora.Broker.Storage.SqlServer;

/// <summary>
/// The production store. Every operation takes a pooled connection, is one round trip where it can be, and is repeated after deadlocks and broken
/// connections. Correctness rests on the epoch check and the unique keys, not on lock hints. The lease goes by the server's clock.
/// </summary>
internal sealed class SqlServerStore : IStore
{
    private const int TimeoutSeconds = 15;
    private readonly SqlText sql = SqlText.SqlServer;
    private readonly string connectionString;
    private readonly SqlServerRetry retry;
    private readonly SqlServerMigrator migrator;

    /// <summary>Makes the store; it connects at its first use.</summary>
    /// <param name="connectionString">A connection string that <see cref="StoreOptions.Validate"/> has nothing against.</param>
    /// <param name="time">Pauses between retries go by it.</param>
    /// <param name="logger">Where retries and warnings are told.</param>
    public SqlServerStore(string connectionString, TimeProvider time, ILogger logger)
    {
        var builder = new SqlConnectionStringBuilder(connectionString)
        {
            MultipleActiveResultSets = false,
            Enlist = false, // An ambient transaction of a host must not reach into a commit.
        };
        if (!builder.ShouldSerialize("Application Name"))
            builder.ApplicationName = "aurora-broker";
        this.connectionString = builder.ConnectionString;
        retry = new SqlServerRetry(time, logger);
        migrator = new SqlServerMigrator(sql, logger);
    }

    /// <inheritdoc />
    public Task MigrateAsync(CancellationToken cancellationToken) => MigrateAsync(sql.Migrations, cancellationToken);

    /// <summary>Migrates with a given list of steps; tests give others than the program's.</summary>
    /// <param name="known">The steps, in order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when the schema is current.</returns>
    public async Task MigrateAsync(IReadOnlyList<Migration> known, CancellationToken cancellationToken)
    {
        const string attempt = "migrate the schema";
        await WithConnectionAsync(attempt, connection => migrator.PrepareAsync(connection, cancellationToken), SqlServerErrors.IsThereAlready, cancellationToken)
            .ConfigureAwait(false);
        await WithConnectionAsync(attempt, connection => migrator.MigrateAsync(connection, known, cancellationToken), null, cancellationToken)
            .ConfigureAwait(false);
        await WithConnectionAsync(attempt, connection => migrator.CheckSettingsAsync(connection, cancellationToken), null, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<Lease?> AcquireLeaseAsync(string holder, string address, TimeSpan duration, CancellationToken cancellationToken)
    {
        var epoch = await WithConnectionAsync(
            "take the lease",
            connection => connection.ExecuteScalarAsync<long?>(
                Command("acquire_lease", new { holder, address, duration = Milliseconds(duration) }, cancellationToken)),
            null, cancellationToken).ConfigureAwait(false);
        return epoch is { } number ? new Lease(holder, number) : null;
    }

    /// <inheritdoc />
    public async Task<bool> RenewLeaseAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        var parameters = new { holder = lease.Holder, epoch = lease.Epoch, duration = Milliseconds(duration) };
        var rows = await WithConnectionAsync(
            "renew the lease", connection => connection.ExecuteAsync(Command("renew_lease", parameters, cancellationToken)), null, cancellationToken)
            .ConfigureAwait(false);
        return rows == 1;
    }

    /// <inheritdoc />
    public Task ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) =>
        WithConnectionAsync(
            "give the lease up",
            connection => connection.ExecuteAsync(Command("release_lease", new { holder = lease.Holder, epoch = lease.Epoch }, cancellationToken)),
            null, cancellationToken);

    /// <inheritdoc />
    /// <remarks>Whoever loads has taken the lease before, and a commit holds the lease row: so nothing is written meanwhile, and the tables fit together.</remarks>
    public Task<StoredState> LoadAsync(CancellationToken cancellationToken) =>
        WithConnectionAsync("load the state", async connection =>
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
            await using var _ = transaction.ConfigureAwait(false);
            return await StateReader.ReadAsync(connection, transaction, sql, cancellationToken).ConfigureAwait(false);
        }, null, cancellationToken);

    /// <inheritdoc />
    public async Task CommitAsync(long epoch, StoreChanges changes, CancellationToken cancellationToken)
    {
        var batch = StoreBatch.Of(changes, TimeText.Iso);
        var text = CommitText(sql, batch);
        await WithConnectionAsync("commit a batch", connection => CommitOnceAsync(connection, epoch, text, batch, cancellationToken), null, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask; // The connections belong to the pool.

    /// <summary>The text of a whole commit: the server plans each combination of tables once.</summary>
    /// <param name="sql">The dialect.</param>
    /// <param name="batch">The statements to run.</param>
    /// <returns>One batch.</returns>
    internal static string CommitText(SqlText sql, IReadOnlyList<BatchStatement> batch)
    {
        var text = new StringBuilder(sql["begin_commit"]);
        foreach (var statement in batch)
            text.Append('\n').Append(sql[statement.Name]);
        return text.Append('\n').Append(sql["end_commit"]).ToString();
    }

    // A raw command, not Dapper: the parameters' type and size are fixed, so that the server's cached plan fits every batch.
    private async Task CommitOnceAsync(
        SqlConnection connection, long epoch, string text, IReadOnlyList<BatchStatement> batch, CancellationToken cancellationToken)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text consists of embedded statements.
        command.CommandText = text;
#pragma warning restore CA2100
        command.CommandTimeout = TimeoutSeconds;
        command.Parameters.Add("@epoch", SqlDbType.BigInt).Value = epoch;
        foreach (var statement in batch)
            command.Parameters.Add("@" + statement.Name, SqlDbType.NVarChar, -1).Value = statement.Rows;
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SqlException e)
        {
            await AbandonAsync(connection).ConfigureAwait(false);
            if (SqlServerErrors.IsStaleEpoch(e))
                throw new StaleEpochException(epoch);
            throw;
        }
    }

    private async Task AbandonAsync(SqlConnection connection)
    {
        if (connection.State != ConnectionState.Open)
            return;
        try
        {
            await connection.ExecuteAsync(Command("abandon_commit", null, CancellationToken.None)).ConfigureAwait(false);
        }
        catch (SqlException)
        {
            SqlConnection.ClearPool(connection); // The connection is broken, and with it the server ends the transaction.
        }
    }

    private Task<bool> WithConnectionAsync(
        string attempt, Func<SqlConnection, Task> work, Func<SqlException, bool>? also, CancellationToken cancellationToken) =>
        WithConnectionAsync<bool>(attempt, async connection =>
        {
            await work(connection).ConfigureAwait(false);
            return true;
        }, also, cancellationToken);

    private Task<T> WithConnectionAsync<T>(
        string attempt, Func<SqlConnection, Task<T>> work, Func<SqlException, bool>? also, CancellationToken cancellationToken) =>
        retry.RunAsync(attempt, async token =>
        {
            var connection = new SqlConnection(connectionString);
            await using var _ = connection.ConfigureAwait(false);
            await connection.OpenAsync(token).ConfigureAwait(false);
            return await work(connection).ConfigureAwait(false);
        }, also, cancellationToken);

    private CommandDefinition Command(string statement, object? parameters, CancellationToken cancellationToken) =>
        new(sql[statement], parameters, null, TimeoutSeconds, cancellationToken: cancellationToken);

    private static int Milliseconds(TimeSpan duration) => (int)Math.Clamp(duration.TotalMilliseconds, 0, int.MaxValue);
}
