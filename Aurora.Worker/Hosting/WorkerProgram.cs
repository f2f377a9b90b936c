using System.Runtime.InteropServices;
using Aurora.Core.Errors;
using Aurora.Messaging;
using Aurora.Messaging.RabbitMq;
using Aurora.Worker.Processes.Windows;
using Aurora.Worker.Sandbox;
using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Hosting;

/// <summary>
/// <c>aurora-worker --config FILE</c>: a worker on RabbitMQ, until SIGTERM or SIGINT. Its tasks go on running after that. With <c>--drain</c> the worker of that
/// configuration is emptied, by the agent that runs or, where none does, by this program; both end with 0 when nothing runs any more.
/// </summary>
internal static class WorkerProgram
{
    private const string Usage = "usage: aurora-worker --config FILE [--drain]";

    /// <summary>Runs the program.</summary>
    /// <param name="args">Its arguments.</param>
    /// <returns>0 after a stop that was asked for, 1 for an error, 2 for wrong arguments or configuration.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (OperatingSystem.IsWindows() && args is [WindowsConsole.Argument, var process] && int.TryParse(process, out var pid))
        {
            return WindowsConsole.Break(pid);
        }

        var drain = args.Contains("--drain");
        if (args.Where(a => a != "--drain").ToArray() is not ["--config", var file])
        {
            await (args is ["--help"] or ["-h"] ? Console.Out : Console.Error).WriteLineAsync(Usage);
            return args is ["--help"] or ["-h"] ? 0 : 2;
        }

        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            var (options, amqp) = WorkerOptionsFile.Read(file);
            var request = new DrainRequest(new WorkerFolder(options.Folder), TimeProvider.System);
            if (drain)
            {
                WorkerHost.MakeFolder(new WorkerFolder(options.Folder));
                request.Make();
            }

            if (!drain || !await request.IsDoneByAnotherAsync(stop.Token))
            {
                await ServeAsync(options, amqp, request, stop.Token);
            }

            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (AuroraException e)
        {
            await Console.Error.WriteLineAsync($"{e.Code} {e.Message}");
            return e.Code == ErrorCodes.InvalidConfiguration ? 2 : 1;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task ServeAsync(WorkerOptions options, Uri amqp, DrainRequest drain, CancellationToken stop)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        }));
        await using var bus = await ConnectAsync(options, amqp, loggers, stop);
        await using var worker = await WorkerHost.StartAsync(options, bus, loggers, TimeProvider.System, stop);
        await Console.Out.WriteLineAsync($"aurora-worker {options.Id} is up");
        if (await drain.WaitAsync(stop))
        {
            await worker.DrainAsync("the worker is being emptied", stop);
            drain.Remove();
            await Console.Out.WriteLineAsync($"aurora-worker {options.Id} is empty");
        }
    }

    // A worker that comes up before its bus waits for it: after a power failure nobody should have to start things in order.
    private static async Task<RabbitMqBus> ConnectAsync(WorkerOptions options, Uri amqp, ILoggerFactory loggers, CancellationToken stop)
    {
        var settings = RabbitMqOptions.For(amqp) with { ConnectionName = $"aurora-worker {options.Id}" };
        while (true)
        {
            try
            {
                return await RabbitMqBus.ConnectAsync(settings, loggers.CreateLogger<RabbitMqBus>(), TimeProvider.System, stop);
            }
            catch (BusException e)
            {
                Agent.Log.BusNotReached(loggers.CreateLogger("Aurora.Worker"), e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), stop);
            }
        }
    }
}
