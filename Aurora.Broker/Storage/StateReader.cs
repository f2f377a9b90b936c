using System.Data;
using System.Data.Common;
using Aurora.Broker.Storage.Rows;
using Dapper;

namespace Aurora.Broker.Storage;

/// <summary>
/// Reads everything that the loop keeps, row by row, so that no second copy of the tables stands in memory. The same code for both dialects; with
/// SQLite, whose API is synchronous, it never leaves its thread.
/// </summary>
internal static class StateReader
{
    static StateReader() => SqlMapper.AddTypeHandler(new UtcHandler());

    /// <summary>Reads all tables inside the caller's transaction.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="transaction">The transaction that makes the tables fit together.</param>
    /// <param name="sql">The dialect.</param>
    /// <param name="cancellationToken">Gives up between two rows.</param>
    /// <returns>The state.</returns>
    public static async Task<StoredState> ReadAsync(DbConnection connection, DbTransaction transaction, SqlText sql, CancellationToken cancellationToken)
    {
        var shared = new Shared();
        return new StoredState
        {
            Configurations = await RowsAsync<ConfigurationRow, State.ConfigurationRecord>("load_configurations", row => row.ToRecord(shared)).ConfigureAwait(false),
            Jobs = await RowsAsync<JobRow, State.JobRecord>("load_jobs", row => row.ToRecord(shared)).ConfigureAwait(false),
            Tasks = await RowsAsync<TaskRow, State.TaskRecord>("load_tasks", row => row.ToRecord(shared)).ConfigureAwait(false),
            Workers = await RowsAsync<WorkerRow, State.WorkerRecord>("load_workers", row => row.ToRecord(shared)).ConfigureAwait(false),
            Updates = await RowsAsync<UpdateRow, State.UpdateRecord>("load_updates", row => row.ToRecord(shared)).ConfigureAwait(false),
            Replies = await RowsAsync<ReplyRow, State.ReplyRecord>("load_replies", row => row.ToRecord()).ConfigureAwait(false),
            Quotas = await RowsAsync<QuotaRow, State.QuotaRecord>("load_quotas", row => row.ToRecord(shared)).ConfigureAwait(false),
            Reservations = await RowsAsync<ReservationRow, State.ReservationRecord>("load_reservations", row => row.ToRecord(shared)).ConfigureAwait(false),
        };

        async Task<IReadOnlyList<TRecord>> RowsAsync<TRow, TRecord>(string statement, Func<TRow, TRecord> read)
        {
            var records = new List<TRecord>();
            var rows = connection.QueryUnbufferedAsync<TRow>(sql[statement], transaction: transaction, commandTimeout: 300);
            await foreach (var row in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
                records.Add(read(row));
            return records;
        }
    }

    /// <summary>Both dialects' times: unix milliseconds from SQLite, <c>datetime2</c> in UTC from SQL Server.</summary>
    private sealed class UtcHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => value switch
        {
            long milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
            DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
            _ => throw new StoreException($"A time column holds a {value.GetType().Name}."),
        };

        // Times are written inside JSON rows only; a parameter of this type would be a statement that went round them.
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) =>
            throw new NotSupportedException("Times go to the store inside JSON rows.");
    }
}
