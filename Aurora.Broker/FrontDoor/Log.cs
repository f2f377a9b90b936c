namespace Aurora.Broker.FrontDoor;

/// <summary>What the doors report. Event ids 1300 to 1399.</summary>
internal static partial class Log
{
    [LoggerMessage(1300, LogLevel.Warning, "Asking workers about role {Role} failed; the request comes again")]
    public static partial void PreflightFailed(ILogger logger, string role, Exception exception);
}
