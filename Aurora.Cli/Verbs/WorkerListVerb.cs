using System.CommandLine;
using System.Text.Json;
using Aurora.Cli.Views;
using Aurora.Core.Messages;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora worker list CLUSTER [NAME]</c>.</summary>
internal static class WorkerListVerb
{
    internal static Command Define(CliContext context)
    {
        var cluster = Arguments.Cluster();
        var name = new Argument<string?>("NAME") { Description = "An id or host name, which may hold * and ?; all without it.", Arity = ArgumentArity.ZeroOrOne };
        var json = Arguments.WriteJson();
        var command = new Command("list", "List workers: state, tasks, what is free, attributes.") { cluster, name, json };
        command.SetAction((parsed, stop) => RunAsync(context, parsed.GetValue(cluster)!, parsed.GetValue(name), parsed.GetValue(json), stop));
        return command;
    }

    private static async Task<int> RunAsync(CliContext context, string cluster, string? name, bool json, CancellationToken stop)
    {
        var client = await context.ConnectAsync(cluster, stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);
        var workers = new List<WorkerSummary>();
        await foreach (var worker in client.GetWorkersAsync(name, stop).ConfigureAwait(false))
        {
            workers.Add(worker);
        }

        if (json)
        {
            context.Out.WriteLine(JsonSerializer.Serialize(new WorkerPage(workers, null), AuroraJson.Default.WorkerPage));
        }
        else
        {
            WorkerText.Write(context.Out, workers);
        }

        return ExitCodes.Ok;
    }
}
