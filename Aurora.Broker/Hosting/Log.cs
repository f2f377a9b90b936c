namespace Aurora.Broker.Hosting;

/// <summary>What the program reports. Event ids 1400 to 1499.</summary>
internal static partial class Log
{
    [LoggerMessage(1400, LogLevel.Information, "Broker {Name} of cluster {Cluster} runs; its pages are at {Address}")]
    public static partial void Started(ILogger logger, string name, string cluster, string address);

    [LoggerMessage(1401, LogLevel.Information, "Broker {Name} stops")]
    public static partial void Stopping(ILogger logger, string name);
}
