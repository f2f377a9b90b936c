using System.Data;
using Aurora.Broker.Storage.Migrations;
using Dapper;
using Microsoft.Data.SqlClient;

namespace Aurora.Broker.Storage.SqlServer;

/// <summary>Brings a database's schema up to date. All steps run in one transaction under a lock row, so that a failed step leaves the schema as it was.</summary>
/// <param name="sql">The dialect.</param>
/// <param name="logger">Where steps and warnings are told.</param>
internal sealed class SqlServerMigrator(SqlText sql, ILogger logger)
{
    private const int TimeoutSeconds = 600;

    /// <summary>Makes the table of steps and the lock row; may lose a race against another broker (<see cref="SqlServerErrors.IsThereAlready"/>) and is then repeated.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when both are there.</returns>
    public async Task PrepareAsync(SqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(Command("create_schema_migrations", null, null, cancellationToken)).ConfigureAwait(false);
        await connection.ExecuteAsync(Command("create_migration_lock", null, null, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Runs the steps that the database lacks.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="known">The program's steps, in order.</param>
    /// <param name="cancellationToken">Gives up; the schema stays as it was.</param>
    /// <returns>A task that ends when the schema is current.</returns>
    /// <exception cref="StoreException">The database is not one that this program may touch.</exception>
    public async Task MigrateAsync(SqlConnection connection, IReadOnlyList<Migration> known, CancellationToken cancellationToken)
    {
        var transaction = (SqlTransaction)await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);
        await connection.ExecuteAsync(Command("lock_migrations", null, transaction, cancellationToken)).ConfigureAwait(false);
        var applied = await connection.QueryAsync<AppliedMigration>(Command("load_migrations", null, transaction, cancellationToken)).ConfigureAwait(false);
        foreach (var step in MigrationPlan.Pending(applied.AsList(), known))
        {
            var run = new CommandDefinition(step.Sql, null, transaction, TimeoutSeconds, cancellationToken: cancellationToken);
            await connection.ExecuteAsync(run).ConfigureAwait(false);
            var row = new { number = step.Number, name = step.Name, checksum = step.Checksum };
            await connection.ExecuteAsync(Command("record_migration", row, transaction, cancellationToken)).ConfigureAwait(false);
            Log.MigrationRun(logger, step.Number, step.Name);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Warns when READ_COMMITTED_SNAPSHOT is off: readers and the leader's commits would then wait for each other. Nothing becomes wrong by it.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when it was looked at.</returns>
    public async Task CheckSettingsAsync(SqlConnection connection, CancellationToken cancellationToken)
    {
        if (await connection.ExecuteScalarAsync<int?>(Command("read_snapshot_setting", null, null, cancellationToken)).ConfigureAwait(false) == 0)
            Log.SnapshotOff(logger, connection.Database);
    }

    private CommandDefinition Command(string statement, object? parameters, SqlTransaction? transaction, CancellationToken cancellationToken) =>
        new(sql[statement], parameters, transaction, TimeoutSeconds, cancellationToken: cancellationToken);
}
