using System.CommandLine;
using Aurora.Core.Jobs;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora update abort KEY</c>: the way out of an update that cannot go on, for example because its instances fit nowhere.</summary>
internal static class UpdateAbortVerb
{
    internal static Command Define(CliContext context)
    {
        var key = Arguments.Key();
        var message = Arguments.Message();
        var command = new Command("abort", "Stop the active update of a job where it stands. Instances stay as they are.") { key, message };
        command.SetAction((parsed, stop) => RunAsync(context, JobKey.Parse(parsed.GetValue(key)!), parsed.GetValue(message), stop));
        return command;
    }

    private static async Task<int> RunAsync(CliContext context, JobKey job, string? message, CancellationToken stop)
    {
        var client = await context.ConnectAsync(job.Cluster, stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);
        var aborted = await client.AbortUpdateAsync(job, message, stop).ConfigureAwait(false);
        context.Inform($"Response from scheduler: OK (message: {aborted.Message})");
        context.Inform($"Job update url: {aborted.Result.Url}");
        return ExitCodes.Ok;
    }
}
