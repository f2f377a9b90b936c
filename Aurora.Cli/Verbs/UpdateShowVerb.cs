using System.CommandLine;
using Aurora.Cli.Views;
using Aurora.Client.Jobs;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora update info KEY [ID]</c>: one update; without an id the active one, else the newest.</summary>
internal static class UpdateShowVerb
{
    internal static Command Define(CliContext context)
    {
        var key = Arguments.Key();
        var id = new Argument<string?>("ID") { Description = "The update; without it the active one, else the newest.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("info", "Show an update: status, times, history.") { key, id };
        command.SetAction((parsed, stop) => RunAsync(context, JobKey.Parse(parsed.GetValue(key)!), parsed.GetValue(id), stop));
        return command;
    }

    private static async Task<int> RunAsync(CliContext context, JobKey job, string? id, CancellationToken stop)
    {
        var client = await context.ConnectAsync(job.Cluster, stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);
        var updates = await client.GetUpdatesAsync(job, id, stop).ConfigureAwait(false);
        var update = updates.FirstOrDefault(u => !UpdateStatus.IsTerminal(u.Status)) ?? (updates is [var newest, ..] ? newest : null)
            ?? throw new AuroraException(ErrorCodes.UpdateNotFound, id is null ? $"Job {job} has not been updated." : $"Job {job} has no update '{id}'.");
        UpdateText.Write(context.Out, update);
        return ExitCodes.Ok;
    }
}
