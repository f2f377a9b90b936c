using System.CommandLine;
using Aurora.Cli.Views;
using Aurora.Client.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora update start KEY[/INSTANCES] FILE</c>.</summary>
internal static class UpdateStartVerb
{
    internal static Command Define(CliContext context)
    {
        var key = Arguments.KeyAndInstances();
        key.Description = "The service, and which of its instances if not all: cluster/role/environment/name[/0,2-4].";
        var file = Arguments.JobFile();
        var message = Arguments.Message();
        var wait = new Option<bool>("--wait") { Description = "Wait until the update is over. Exit code 0: rolled forward; 4: rolled back; 20: otherwise." };
        var bind = Arguments.Bind();
        var command = new Command("start", "Bring a service to the configuration in a job file.") { key, file, message, wait, bind };
        command.SetAction((parsed, stop) => RunAsync(context, new(parsed.GetValue(key)!, parsed.GetValue(file)!, parsed.GetValue(bind),
            parsed.GetValue(message), parsed.GetValue(wait)), stop));
        return command;
    }

    private static async Task<int> RunAsync(CliContext context, Wish wish, CancellationToken stop)
    {
        var (key, instances) = Arguments.ReadKeyAndInstances(wish.Key);
        var job = await JobSource.LoadAsync(wish.File, key, Arguments.ReadBindings(wish.Bindings), stop).ConfigureAwait(false);
        var client = await context.ConnectAsync(key.Cluster, stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);

        context.Inform($"Starting update for: {key.Name}");
        var started = await client.StartUpdateAsync(job, instances, wish.Message, stop).ConfigureAwait(false);
        context.Inform($"Response from scheduler: OK (message: {started.Message})");
        context.Inform($"Job update url: {started.Result.Url}");
        if (!wish.Wait || started.Result.UpdateId is not { } id)
        {
            return ExitCodes.Ok;
        }

        var end = await client.WaitForUpdateAsync(key, id, new ChangedLines<UpdateSummary>(u => context.Inform(UpdateText.OneLine(u))), stop).ConfigureAwait(false);
        return UpdateWaitVerb.ExitCodeOf(end);
    }

    private sealed record Wish(string Key, string File, string[]? Bindings, string? Message, bool Wait);
}
