using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Processes.Windows;

/// <summary>What the launcher on Windows says; event ids 4150 to 4199.</summary>
internal static partial class Log
{
    [LoggerMessage(4150, LogLevel.Warning, "This system cannot limit {What} for task {Task}; it is not limited.")]
    public static partial void NotLimited(ILogger logger, string task, string what);

    [LoggerMessage(4151, LogLevel.Warning, "This system cannot nest job objects: limits apply to each run instead of the whole task.")]
    public static partial void NoNesting(ILogger logger);

    [LoggerMessage(4152, LogLevel.Warning, "CTRL_BREAK could not be sent to run {Run}; only its stop event is set, and it is killed when its time to end is over: {Reason}")]
    public static partial void BreakNotSent(ILogger logger, ProcessRunKey run, string reason);

    [LoggerMessage(4153, LogLevel.Warning, "{Left} processes of run {Run} have not ended after {Seconds} s; trying again.")]
    public static partial void KillUnfinished(ILogger logger, ProcessRunKey run, int left, int seconds);

    [LoggerMessage(4154, LogLevel.Error, "The record {Path} of a run cannot be read, and is left as it is: {Reason}")]
    public static partial void RecordUnreadable(ILogger logger, string path, string reason);

    [LoggerMessage(4155, LogLevel.Error, "The record of run {Run} cannot be written; after a restart its end would be unknown: {Reason}")]
    public static partial void RecordNotWritten(ILogger logger, ProcessRunKey run, string reason);

    [LoggerMessage(4156, LogLevel.Error, "A listener failed on the end of run {Run}.")]
    public static partial void ListenerFailed(ILogger logger, Exception exception, ProcessRunKey run);
}
