namespace Aurora.Broker.Leadership;

/// <summary>What leadership reports. Event ids 1000 to 1099.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "{Holder} leads, epoch {Epoch}")]
    public static partial void Leading(ILogger logger, string holder, long epoch);

    [LoggerMessage(1001, LogLevel.Information, "{Holder} has stepped down, epoch {Epoch}")]
    public static partial void SteppedDown(ILogger logger, string holder, long epoch);

    [LoggerMessage(1002, LogLevel.Warning, "Another broker has taken the leadership from epoch {Epoch}")]
    public static partial void LeaseLost(ILogger logger, long epoch);

    [LoggerMessage(1003, LogLevel.Warning, "Renewing the lease failed and will be retried: {Reason}")]
    public static partial void RenewalFailed(ILogger logger, string reason);

    [LoggerMessage(1004, LogLevel.Error, "The lease of epoch {Epoch} could not be renewed; the broker steps down")]
    public static partial void RenewalGivenUp(ILogger logger, long epoch, Exception exception);

    [LoggerMessage(1005, LogLevel.Warning, "Giving the lease up failed; it runs out by itself: {Reason}")]
    public static partial void ReleaseFailed(ILogger logger, string reason);

    [LoggerMessage(1006, LogLevel.Error, "The term of leadership ended by a failure; the state is read again")]
    public static partial void TermFailed(ILogger logger, Exception exception);
}
