namespace Aurora.Broker.Storage;

/// <summary>What the stores log. Event ids 1200 to 1299.</summary>
internal static partial class Log
{
    [LoggerMessage(1200, LogLevel.Information, "Ran step {Number} ({Name}) of the store's schema.")]
    public static partial void MigrationRun(ILogger logger, int number, string name);

    [LoggerMessage(1201, LogLevel.Error, "Closing the SQLite file failed; what was committed is safe.")]
    public static partial void CloseFailed(ILogger logger, Exception error);
}
