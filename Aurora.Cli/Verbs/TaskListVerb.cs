using System.CommandLine;
using Aurora.Cli.Views;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora task ls KEY/INSTANCE [PATH]</c>: what is in a folder of a task's sandbox.</summary>
internal static class TaskListVerb
{
    internal static Command Define(CliContext context)
    {
        var key = Arguments.KeyAndInstance();
        var path = new Argument<string>("PATH") { Description = "The folder, relative to the sandbox; without it the sandbox itself.", DefaultValueFactory = _ => "" };
        var task = Arguments.Task();
        var writeJson = Arguments.WriteJson();
        var command = new Command("ls", "List a folder of a task's sandbox.") { key, path, task, writeJson };
        command.SetAction((parsed, stop) => RunAsync(context, new(parsed.GetValue(key)!, parsed.GetValue(path)!, parsed.GetValue(task), parsed.GetValue(writeJson)), stop));
        return command;
    }

    private static async Task<int> RunAsync(CliContext context, Wish wish, CancellationToken stop)
    {
        var (job, instance) = Arguments.ReadKeyAndInstance(wish.Key, otherwise: 0);
        var asked = Arguments.ReadTask(wish.Task);
        var client = await context.ConnectAsync(job.Cluster, stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);
        var task = asked ?? await client.FindStartedTaskAsync(job, instance, stop).ConfigureAwait(false);
        var list = await client.ListTaskFilesAsync(task, wish.Path, stop).ConfigureAwait(false);
        if (wish.WriteJson)
        {
            await context.Out.WriteLineAsync(FileText.Json(list)).ConfigureAwait(false);
            return ExitCodes.Ok;
        }

        FileText.Write(context.Out, list.Entries);
        if (list.Truncated)
        {
            await context.Error.WriteLineAsync($"There is more than these {list.Entries.Count} entries; what follows by name is left out.").ConfigureAwait(false);
        }

        return ExitCodes.Ok;
    }

    private sealed record Wish(string Key, string Path, string? Task, bool WriteJson);
}
