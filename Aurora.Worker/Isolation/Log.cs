using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Isolation;

/// <summary>What the isolation says; event ids 4200 to 4299.</summary>
internal static partial class Log
{
    [LoggerMessage(4200, LogLevel.Information, "Tasks are confined by {Isolation}; the worker's own group is {Name}")]
    public static partial void Chosen(ILogger logger, string isolation, string name);

    [LoggerMessage(4201, LogLevel.Information, "{Isolation} is mounted, but cannot be used: {Reason}")]
    public static partial void NotUsable(ILogger logger, string isolation, string reason);

    [LoggerMessage(4202, LogLevel.Warning, "A round over the tasks' limits failed; tried again")]
    public static partial void RoundFailed(ILogger logger, Exception error);

    [LoggerMessage(4203, LogLevel.Warning, "Task {Task}: its limits could not be looked at; tried again")]
    public static partial void LookFailed(ILogger logger, string task, Exception error);

    [LoggerMessage(4204, LogLevel.Warning, "Task {Task}: its folders hold too many files, too deep folders or unreadable ones, and cannot be measured whole; what was measured is {Bytes} bytes")]
    public static partial void MeasuredInPart(ILogger logger, string task, long bytes);

    [LoggerMessage(4205, LogLevel.Information, "Task {Task} is over a limit: {Message}")]
    public static partial void OverLimit(ILogger logger, string task, string message);
}
