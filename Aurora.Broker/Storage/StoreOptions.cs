using Aurora.Core.Errors;
using Microsoft.Data.SqlClient;

namespace Aurora.Broker.Storage;

/// <summary>Where the broker keeps its state: exactly one of the two.</summary>
internal sealed record StoreOptions
{
    private const string SqlitePrefix = "sqlite:";

    /// <summary>The path of a SQLite file (embedded default, one machine); its folder is made when it is missing.</summary>
    public string? SqliteFile { get; init; }

    /// <summary>A SQL Server connection string that names its server and database (production).</summary>
    public string? SqlServer { get; init; }

    /// <summary>Reads the short form that command lines and test settings use.</summary>
    /// <param name="text"><c>sqlite:PATH</c>, or a SQL Server connection string.</param>
    /// <returns>The options, not validated yet.</returns>
    public static StoreOptions Parse(string text) =>
        text.StartsWith(SqlitePrefix, StringComparison.OrdinalIgnoreCase)
            ? new StoreOptions { SqliteFile = text[SqlitePrefix.Length..] }
            : new StoreOptions { SqlServer = text };

    /// <summary>Finds everything that is wrong with the options, without touching a database. A connection string's secrets never stand in a fault.</summary>
    /// <returns>The faults (AUR5001); none when the options can be used.</returns>
    public IReadOnlyList<Fault> Validate() => (SqliteFile, SqlServer) switch
    {
        (null, null) => [Wrong("store", "", "needs sqlite_file or sql_server")],
        (not null, not null) => [Wrong("store", "", "has both sqlite_file and sql_server; name only one")],
        ({ } file, null) => ValidateFile(file),
        (null, { } connection) => ValidateConnection(connection),
    };

    private static List<Fault> ValidateFile(string file)
    {
        if (string.IsNullOrWhiteSpace(file) || file.Contains('\0', StringComparison.Ordinal))
            return [Wrong("store.sqlite_file", file, "must be the path of a file")];

        // Two brokers that each kept a private store in memory would both believe that they lead.
        if (file.Contains(":memory:", StringComparison.OrdinalIgnoreCase) || file.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
            return [Wrong("store.sqlite_file", file, "must be a plain path; a store in memory would lose what it acknowledged")];
        return Directory.Exists(file) ? [Wrong("store.sqlite_file", file, "is a folder; it must be the path of a file")] : [];
    }

    private static List<Fault> ValidateConnection(string connection)
    {
        SqlConnectionStringBuilder builder;
        try
        {
            builder = new SqlConnectionStringBuilder(connection);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return [Wrong("store.sql_server", "", "cannot be read as a SQL Server connection string: unknown keyword, or a value of the wrong type")];
        }

        var faults = new List<Fault>();
        if (builder.DataSource.Length == 0)
            faults.Add(Wrong("store.sql_server", "", "needs a server (Data Source=…)"));
        if (builder.InitialCatalog.Length == 0)
            faults.Add(Wrong("store.sql_server", "", "needs a database (Initial Catalog=…); the login's default database is not used"));
        if (builder.MultipleActiveResultSets)
            faults.Add(Wrong("store.sql_server", "MultipleActiveResultSets=True", "must be off: the store never needs two results at once, and MARS makes every request slower"));
        return faults;
    }

    private static Fault Wrong(string field, string value, string rule) => new(ErrorCodes.InvalidConfiguration, field, value, rule);
}
