using System.CommandLine;
using System.Globalization;
using Aurora.Client.Clusters;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;

namespace Aurora.Cli.Dev;

/// <summary><c>aurora dev</c>: a cluster on this machine, until Ctrl-C or SIGTERM.</summary>
internal static class DevVerb
{
    /// <summary>Longer than the worker gives its tasks; after it the next start goes on with the killing.</summary>
    internal static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(40);

    internal static Command Define(CliContext context)
    {
        var folder = new Option<string?>("--folder") { Description = $"Where the cluster keeps everything (default {DevOptions.DefaultFolder})." };
        var port = new Option<int>("--port") { Description = "The port of its HTTP endpoint on 127.0.0.1 (default: a free one)." };
        var name = new Option<string>("--cluster") { Description = "Its name (default devcluster).", DefaultValueFactory = _ => "devcluster" };
        var amqp = Amqp();
        var sqlServer = new Option<string?>("--sqlserver") { Description = "A SQL Server connection string, in place of a SQLite file." };
        var register = new Option<string?>("--register") { Description = "The folder whose clusters.json names the cluster (default ~/.aurora)." };
        var noRegister = new Option<bool>("--no-register") { Description = "Name it in no clusters.json." };
        var cpu = new Option<double?>("--cpu") { Description = "Cores that it offers (default: the machine's)." };
        var ram = new Option<string?>("--ram") { Description = "Memory that it offers, for example 4GB (default: nearly all)." };
        var disk = new Option<string?>("--disk") { Description = "Disk that it offers, for example 10GB (default: what is free)." };
        var command = new Command("dev", "Run a cluster on this machine: broker and worker in one process, until Ctrl-C.")
        {
            folder, port, name, amqp, sqlServer, register, noRegister, cpu, ram, disk,
        };
        command.SetAction((parsed, stop) => RunAsync(context, new DevOptions
        {
            Name = parsed.GetValue(name)!,
            Folder = Path.GetFullPath(parsed.GetValue(folder) ?? DevOptions.DefaultFolder),
            Port = ReadPort(parsed.GetValue(port)),
            Amqp = ReadAmqp(parsed.GetValue(amqp)),
            SqlServer = parsed.GetValue(sqlServer),
            RegisterFolder = parsed.GetValue(noRegister) ? null : Path.GetFullPath(parsed.GetValue(register) ?? ClusterRegistry.UserFolder),
            Cpu = parsed.GetValue(cpu),
            Ram = ReadAmount("--ram", parsed.GetValue(ram)),
            Disk = ReadAmount("--disk", parsed.GetValue(disk)),
        }, stop));
        return command;
    }

    internal static Option<string?> Amqp() => new("--amqp") { Description = "A RabbitMQ server, amqp://user:password@host/vhost, in place of the in-process bus.", HelpName = "URI" };

    internal static Uri? ReadAmqp(string? text) => text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" ? uri
        : throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, "--amqp", "", "must begin with amqp:// or amqps://"));

    /// <summary>The cluster's own reports go to stderr, so that stdout stays for people and scripts that wait for the ready line.</summary>
    internal static ILoggerFactory Loggers(LogLevel level) => LoggerFactory.Create(logging => logging.SetMinimumLevel(level)
        .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None) // Its one message is the stack trace of what is thrown anyway.
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .AddSimpleConsole(console => (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ss.fffZ ")));

    /// <summary>Ends when somebody asks to stop.</summary>
    internal static async Task UntilAsync(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (stop.Register(stopped.SetResult))
        {
            await stopped.Task.ConfigureAwait(false);
        }
    }

    private static async Task<int> RunAsync(CliContext context, DevOptions options, CancellationToken stop)
    {
        using var loggers = Loggers(LogLevel.Warning);
        var cluster = await DevCluster.StartAsync(options, loggers, TimeProvider.System, stop).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            Introduce(context, options, cluster);
            await UntilAsync(stop).ConfigureAwait(false);
            context.Inform("Stopping: ending the tasks that run.");
            using var limit = new CancellationTokenSource(StopLimit);
            await cluster.StopAsync("the development cluster was stopped", limit.Token).ConfigureAwait(false);
        }

        context.Inform("Stopped.");
        return ExitCodes.Ok;
    }

    private static void Introduce(CliContext context, DevOptions options, DevCluster cluster)
    {
        context.Inform($"Cluster {options.Name} keeps everything in {options.Folder}.");
        context.Inform($"Pages: {cluster.WebAddress}");
        if (options.RegisterFolder is null)
        {
            context.Inform("It is named in no clusters.json.");
        }
        else
        {
            var elsewhere = options.RegisterFolder == ClusterRegistry.UserFolder ? "" : $"; set AURORA_CONFIG_ROOT={options.RegisterFolder} to reach it";
            context.Inform($"It is named in {cluster.Entry.File}{elsewhere}. For example: aurora job list {options.Name}");
        }

        if (!Environment.IsPrivilegedProcess)
        {
            context.Inform($"Every role runs as {Environment.UserName}, since only root may run processes as other users.");
        }

        context.Inform("Ready. Ctrl-C stops the cluster and its tasks.");
        context.Out.Flush();
    }

    private static long? ReadAmount(string option, string? text) => text is null ? null
        : ResourceAmount.TryParse(text, out var bytes) ? bytes
        : throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, option, text, "must be an amount such as 512MB or 4GB"));

    private static int ReadPort(int port) => port is >= 0 and <= 65535 ? port
        : throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, "--port", port.ToString(CultureInfo.InvariantCulture), "must be 0 to 65535"));
}
