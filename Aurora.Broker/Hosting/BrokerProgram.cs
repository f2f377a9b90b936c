using System.Runtime.InteropServices;
using Aurora.Broker.Storage;
using Aurora.Core.Errors;
using Aurora.Messaging;
using Aurora.Messaging.RabbitMq;

namespace Aurora.Broker.Hosting;

/// <summary><c>aurora-broker --config FILE</c>: one broker process over RabbitMQ, until SIGTERM or SIGINT. Exit codes: 0 stopped, 1 could not run, 2 wrong arguments or configuration.</summary>
internal static class BrokerProgram
{
    private const string Usage = "usage: aurora-broker --config FILE";

    /// <summary>Runs the program.</summary>
    /// <param name="args">The command line.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["--help"] or ["-h"])
        {
            Console.WriteLine(Usage);
            return 0;
        }

        if (args is not ["--config", var path])
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        try
        {
            await RunAsync(ConfigurationFile.Read(path).ToSettings(path));
            return 0;
        }
        catch (AuroraException e)
        {
            await Console.Error.WriteLineAsync($"aurora-broker: {e.Code}: {e.Message}");
            return e.Code == ErrorCodes.InvalidConfiguration ? 2 : 1;
        }
        catch (Exception e) when (e is StoreException or BusException)
        {
            await Console.Error.WriteLineAsync($"aurora-broker: {e.Message}");
            return 1;
        }
    }

    private static async Task RunAsync(Settings settings)
    {
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None) // Its one message is the stack trace of what is thrown anyway.
            .AddSimpleConsole(console => (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ss.fffZ ")));
        var logger = loggers.CreateLogger(typeof(BrokerProgram).FullName!); // A named type has a full name.

        try
        {
            await using var store = StoreFactory.Open(settings.Store, TimeProvider.System, loggers);
            await using var bus = await RabbitMqBus.ConnectAsync(
                new RabbitMqOptions { Addresses = settings.Amqp, ConnectionName = $"aurora-broker {settings.Broker.BrokerName}" },
                loggers.CreateLogger<RabbitMqBus>(), TimeProvider.System, stop.Token);
            await using var host = await BrokerHost.StartAsync(settings.Broker, store, bus, loggers, TimeProvider.System, stop.Token);
            Log.Started(logger, settings.Broker.BrokerName, settings.Broker.ClusterName, host.WebAddress?.ToString() ?? "nowhere");
            await Task.Delay(Timeout.Infinite, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Log.Stopping(logger, settings.Broker.BrokerName);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped while it was starting.
        }

        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true; // Stopped in order, below, instead of at once.
            stop.Cancel();
        }
    }
}
