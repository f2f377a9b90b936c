using Aurora.Broker.Storage.Sqlite;
using Aurora.Broker.Storage.SqlServer;
using Aurora.Core.Errors;

namespace Aurora.Broker.Storage;

/// <summary>Opens the store that the options name.</summary>
internal static class StoreFactory
{
    /// <summary>Makes the store; it connects at its first use, so that an absent database is a <see cref="StoreException"/> that can be retried.</summary>
    /// <param name="options">Which store.</param>
    /// <param name="time">SQLite's lease and the pauses between retries go by it; SQL Server's lease goes by the server's clock.</param>
    /// <param name="loggers">Where warnings go.</param>
    /// <returns>The store.</returns>
    /// <exception cref="AuroraException">AUR5001 with every fault of the options.</exception>
    public static IStore Open(StoreOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        var faults = options.Validate();
        if (faults.Count > 0)
            throw new AuroraException(faults);
        return options.SqliteFile is { } file
            ? new SqliteStore(Path.GetFullPath(file), time, loggers.CreateLogger<SqliteStore>())
            : new SqlServerStore(options.SqlServer!, time, loggers.CreateLogger<SqlServerStore>()); // Validated: one of the two is there.
    }
}
