using Microsoft.Extensions.Logging;

namespace Aurora.Messaging.InProcess;

/// <summary>What the in-process bus logs; event ids 2000–2099. Bodies never enter the log.</summary>
internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Warning, "Dead-lettered {Name} ({Id}) from {Queue}: {Reason}")]
    public static partial void DeadLettered(ILogger logger, string name, Guid id, string queue, string reason);

    [LoggerMessage(2002, LogLevel.Error, "The handler of {Queue} failed on {Name} ({Id})")]
    public static partial void HandlerFailed(ILogger logger, Exception error, string queue, string name, Guid id);

    [LoggerMessage(2003, LogLevel.Error, "An event handler failed on {Name} ({Id})")]
    public static partial void EventHandlerFailed(ILogger logger, Exception error, string name, Guid id);
}
