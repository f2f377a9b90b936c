using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Aurora.Broker.Storage.Sqlite;

/// <summary>
/// A connection with its prepared statements, used by one thread. Statements are run by raw commands that are kept, not through Dapper: a kept
/// command is prepared once in the life of the connection, and a commit of 500 rows spends its time in SQLite.
/// </summary>
internal sealed class SqliteSession : IDisposable
{
    /// <summary>How long SQLite itself waits for another process's lock.</summary>
    private const int BusyTimeoutMilliseconds = 4000;

    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal);

    private SqliteSession(SqliteConnection connection) => this.connection = connection;

    /// <summary>The connection, for readers.</summary>
    public SqliteConnection Connection => connection;

    /// <summary>Opens the file, and makes it when it is not there.</summary>
    /// <param name="file">The path.</param>
    /// <returns>The session.</returns>
    public static SqliteSession Open(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!); // The path is absolute and names a file, so it has a folder.
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Pooling = false, // A pooled connection would keep the file open after the store was closed.
            DefaultTimeout = 1, // The client library's own retry, in steps of 150 ms, after SQLite's finer wait is over.
        };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.RunText($"PRAGMA busy_timeout = {BusyTimeoutMilliseconds}");
            session.RunText("PRAGMA journal_mode = WAL");
            session.RunText("PRAGMA synchronous = FULL"); // In WAL mode, less would lose acknowledged commits when the power fails.
            session.RunText("PRAGMA journal_size_limit = 67108864");
            session.RunText("PRAGMA cache_size = -16384");
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs work in a write transaction, whole or not at all.</summary>
    /// <typeparam name="T">What it returns.</typeparam>
    /// <param name="work">The work.</param>
    /// <returns>Its result.</returns>
    public T InTransaction<T>(Func<SqliteSession, T> work)
    {
        // IMMEDIATE takes the write lock at once: a reader that becomes a writer later can be refused without any wait.
        RunText("BEGIN IMMEDIATE");
        try
        {
            var result = work(this);
            RunText("COMMIT");
            return result;
        }
        finally
        {
            // Still inside: something threw. SQLite ends the transaction by itself on some errors (disk full), so ask it.
            if (raw.sqlite3_get_autocommit(connection.Handle) == 0)
                RunText("ROLLBACK");
        }
    }

    /// <summary>Runs a statement.</summary>
    /// <param name="sql">Its text, which is also what it is kept by.</param>
    /// <param name="parameters">Its parameters, always the same ones in the same order.</param>
    /// <returns>How many rows it wrote.</returns>
    public int Run(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) => Prepared(sql, parameters).ExecuteNonQuery();

    /// <summary>Runs a statement that answers with one value.</summary>
    /// <param name="sql">Its text, which is also what it is kept by.</param>
    /// <param name="parameters">Its parameters, always the same ones in the same order.</param>
    /// <returns>The first column of the first row; null without a row.</returns>
    public object? Ask(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) => Prepared(sql, parameters).ExecuteScalar();

    /// <summary>Runs a text that is not kept: a migration.</summary>
    /// <param name="sql">One statement or several.</param>
    public void RunOnce(string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is an embedded migration.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var command in commands.Values)
            command.Dispose();
        connection.Dispose();
    }

    private void RunText(string sql) => Prepared(sql, []).ExecuteNonQuery();

    private SqliteCommand Prepared(string sql, ReadOnlySpan<(string Name, object Value)> parameters)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // The text comes from the embedded statements.
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach (var (name, _) in parameters)
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            commands.Add(sql, command);
        }

        for (var i = 0; i < parameters.Length; i++)
            command.Parameters[i].Value = parameters[i].Value;
        return command;
    }
}
