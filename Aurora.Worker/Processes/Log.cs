using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Processes;

/// <summary>What the launcher says; event ids 4100 to 4199.</summary>
internal static partial class Log
{
    [LoggerMessage(4100, LogLevel.Information, "Started the shim of role {Role}, pid {Pid}.")]
    public static partial void ShimStarted(ILogger logger, string role, int pid);

    [LoggerMessage(4101, LogLevel.Warning, "The shim of role {Role} is gone. Its processes go on; another shim adopts them when there are any.")]
    public static partial void ShimLost(ILogger logger, string role);

    [LoggerMessage(4102, LogLevel.Warning, "The shim of role {Role} ended before it answered; asking another one (attempt {Attempt}).")]
    public static partial void AskingAgain(ILogger logger, string role, int attempt);

    [LoggerMessage(4103, LogLevel.Error, "No shim of role {Role} can be started; nobody watches its processes until one can: {Reason}")]
    public static partial void ShimNotStarted(ILogger logger, string role, string reason);

    [LoggerMessage(4104, LogLevel.Error, "The shim has no record of run {Run} any more; its end is reported as unknown.")]
    public static partial void RunLost(ILogger logger, string run);

    [LoggerMessage(4105, LogLevel.Information, "The shim of role {Role} does not answer the request to end; it ends when it is idle.")]
    public static partial void ShimStays(ILogger logger, string role);

    [LoggerMessage(4106, LogLevel.Warning, "{Left} processes of run {Run} did not end on SIGKILL; trying again.")]
    public static partial void KillUnfinished(ILogger logger, string run, int left);

    [LoggerMessage(4107, LogLevel.Error, "The runs of role {Role} cannot be recovered: {Reason}")]
    public static partial void RecoveryFailed(ILogger logger, string role, string reason);

    [LoggerMessage(4108, LogLevel.Error, "A listener failed on the end of run {Run}.")]
    public static partial void ListenerFailed(ILogger logger, Exception exception, string run);
}
