namespace Aurora.Broker.State;

/// <summary>What the loop reports. Event ids 1100 to 1199.</summary>
internal static partial class Log
{
    [LoggerMessage(1100, LogLevel.Error, "Message {MessageId} could not be applied; the broker steps down and reads its state again, and will refuse this message")]
    public static partial void InputFailed(ILogger logger, Guid messageId, Exception exception);
}
