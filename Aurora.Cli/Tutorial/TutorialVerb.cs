using System.CommandLine;
using Aurora.Cli.Dev;
using Aurora.Client.Clusters;
using Aurora.Core.Jobs;

namespace Aurora.Cli.Tutorial;

/// <summary><c>aurora tutorial</c>: walks the tutorial on a cluster of its own and leaves nothing behind.</summary>
internal static class TutorialVerb
{
    internal static Command Define(CliContext context)
    {
        var keep = new Option<bool>("--keep") { Description = "Leave the cluster up at the end, until Ctrl-C, and its folder in place." };
        var amqp = DevVerb.Amqp();
        var command = new Command("tutorial", "Walk the tutorial: create a job with a bug, see it fail, read its stderr, correct it, update it, kill it.") { keep, amqp };
        command.SetAction((parsed, stop) => RunAsync(context, parsed.GetValue(keep), DevVerb.ReadAmqp(parsed.GetValue(amqp)), stop));
        return command;
    }

    private static async Task<int> RunAsync(CliContext context, bool keep, Uri? amqp, CancellationToken stop)
    {
        using var folder = new TutorialFolder(keep);
        var traces = amqp is null ? null : await QueueTraces.TakeAsync(amqp, stop).ConfigureAwait(false);
        try
        {
            return await RunOnAsync(context, folder, keep, amqp, stop).ConfigureAwait(false);
        }
        finally
        {
            if (traces is not null)
            {
                await traces.RemoveNewAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<int> RunOnAsync(CliContext context, TutorialFolder folder, bool keep, Uri? amqp, CancellationToken stop)
    {
        using var loggers = DevVerb.Loggers(LogLevel.Error);
        var options = new DevOptions
        {
            Folder = Path.Combine(folder.Path, "dev"),
            RegisterFolder = Path.Combine(folder.Path, "etc"),
            Amqp = amqp,
            Worker = new WorkerId(QueueTraces.WorkerName),
        };
        var cluster = await DevCluster.StartAsync(options, loggers, TimeProvider.System, stop).ConfigureAwait(false);
        await using var _ = cluster.ConfigureAwait(false);
        var own = context with { Out = TextWriter.Synchronized(context.Out), Clusters = new ClusterRegistry([cluster.Entry.File]) };
        try
        {
            var code = await new Walk(own, folder, cluster).RunAsync(stop).ConfigureAwait(false);
            if (keep)
            {
                own.Out.WriteLine($"\nThe cluster stays up until Ctrl-C. In another terminal: export AURORA_CONFIG_ROOT={options.RegisterFolder}; aurora job list {options.Name}");
                own.Out.WriteLine($"Its pages: {cluster.WebAddress}");
                await own.Out.FlushAsync(CancellationToken.None).ConfigureAwait(false);
                await DevVerb.UntilAsync(stop).ConfigureAwait(false);
            }

            return code;
        }
        finally
        {
            using var limit = new CancellationTokenSource(DevVerb.StopLimit);
            await cluster.StopAsync("the tutorial is over", limit.Token).ConfigureAwait(false);
        }
    }
}
