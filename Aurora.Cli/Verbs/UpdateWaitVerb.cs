using System.CommandLine;
using Aurora.Cli.Views;
using Aurora.Client.Jobs;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora update wait KEY ID</c>.</summary>
internal static class UpdateWaitVerb
{
    internal static Command Define(CliContext context)
    {
        var key = Arguments.Key();
        var id = new Argument<string>("ID") { Description = "The update." };
        var command = new Command("wait", "Wait until an update is over. Exit code 0: rolled forward; 4: rolled back; 20: otherwise.") { key, id };
        command.SetAction((parsed, stop) => RunAsync(context, JobKey.Parse(parsed.GetValue(key)!), parsed.GetValue(id)!, stop));
        return command;
    }

    /// <summary>How an update's end is told to scripts (aurora-spec section 9.1).</summary>
    internal static int ExitCodeOf(UpdateSummary update) => update.Status switch
    {
        UpdateStatus.RolledForward => ExitCodes.Ok,
        UpdateStatus.RolledBack => ExitCodes.CommandFailure,
        _ => ExitCodes.Unknown,
    };

    private static async Task<int> RunAsync(CliContext context, JobKey job, string id, CancellationToken stop)
    {
        var client = await context.ConnectAsync(job.Cluster, stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);
        var end = await client.WaitForUpdateAsync(job, id, new ChangedLines<UpdateSummary>(u => context.Inform(UpdateText.OneLine(u))), stop).ConfigureAwait(false);
        return ExitCodeOf(end);
    }
}
