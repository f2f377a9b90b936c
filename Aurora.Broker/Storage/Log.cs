namespace Aurora.Broker.Storage;

/// <summary>What the stores log. Event ids 1200 to 1299.</summary>
internal static partial class Log
{
    [LoggerMessage(1200, LogLevel.Information, "Ran step {Number} ({Name}) of the store's schema.")]
    public static partial void MigrationRun(ILogger logger, int number, string name);

    [LoggerMessage(1201, LogLevel.Error, "Closing the SQLite file failed; what was committed is safe.")]
    public static partial void CloseFailed(ILogger logger, Exception error);

    [LoggerMessage(1202, LogLevel.Warning, "Could not {Attempt}: SQL Server error {Number}, try {Count}; trying again in {PauseMilliseconds:F0} ms.")]
    public static partial void WillRetry(ILogger logger, string attempt, int number, int count, double pauseMilliseconds);

    [LoggerMessage(1203, LogLevel.Warning,
        "READ_COMMITTED_SNAPSHOT is off in database {Database}: readers and commits wait for each other. "
        + "Let the DBA run: ALTER DATABASE [{Database}] SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE")]
    public static partial void SnapshotOff(ILogger logger, string database);
}
