using Microsoft.Extensions.Logging;

namespace Aurora.Messaging.RabbitMq;

/// <summary>What the RabbitMQ bus logs; event ids 2100–2199. Bodies and credentials never enter the log.</summary>
internal static partial class Log
{
    [LoggerMessage(2101, LogLevel.Information, "Connected to RabbitMQ: {Options}")]
    public static partial void Connected(ILogger logger, RabbitMqOptions options);

    [LoggerMessage(2102, LogLevel.Warning, "Lost the connection to RabbitMQ, will reconnect: {Reason}")]
    public static partial void LinkLost(ILogger logger, string reason);

    [LoggerMessage(2103, LogLevel.Warning, "Cannot connect to RabbitMQ, will try again in {Delay}: {Reason}")]
    public static partial void ConnectFailed(ILogger logger, TimeSpan delay, string reason);

    [LoggerMessage(2104, LogLevel.Warning, "RabbitMQ blocks publishers: {Reason}")]
    public static partial void Blocked(ILogger logger, string reason);

    [LoggerMessage(2105, LogLevel.Information, "RabbitMQ no longer blocks publishers")]
    public static partial void Unblocked(ILogger logger);

    [LoggerMessage(2106, LogLevel.Error, "A callback of the RabbitMQ client failed")]
    public static partial void CallbackFailed(ILogger logger, Exception error);

    [LoggerMessage(2107, LogLevel.Warning, "The consumer of {Source} cannot be set up, will try again: {Reason}")]
    public static partial void ConsumerFailed(ILogger logger, string source, string reason);

    [LoggerMessage(2108, LogLevel.Warning, "Dead-lettered {Name} ({Id}) from {Queue}: {Reason}")]
    public static partial void DeadLettered(ILogger logger, string name, string? id, string queue, string reason);

    [LoggerMessage(2109, LogLevel.Error, "The handler of {Source} failed on {Name} ({Id})")]
    public static partial void HandlerFailed(ILogger logger, Exception error, string source, string name, Guid id);

    [LoggerMessage(2110, LogLevel.Warning, "Could not dead-letter a message from {Queue}, it will come again: {Reason}")]
    public static partial void DeadLetterFailed(ILogger logger, string queue, string reason);

    [LoggerMessage(2111, LogLevel.Warning, "Dropped dead letter {Name} ({Id}), which its reader gave up: {Reason}")]
    public static partial void DeadLetterDropped(ILogger logger, string name, string? id, string reason);
}
