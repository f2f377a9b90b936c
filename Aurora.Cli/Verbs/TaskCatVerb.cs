using System.CommandLine;
using Aurora.Client.Files;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora task cat KEY/INSTANCE PATH</c>: the content of a file in a task's sandbox, byte for byte.</summary>
internal static class TaskCatVerb
{
    internal static Command Define(CliContext context)
    {
        var key = Arguments.KeyAndInstance();
        var path = new Argument<string>("PATH") { Description = "The file, relative to the sandbox." };
        var task = Arguments.Task();
        var command = new Command("cat", "Write a file of a task's sandbox to standard output.") { key, path, task };
        command.SetAction((parsed, stop) => RunAsync(context, new(parsed.GetValue(key)!, parsed.GetValue(path)!, parsed.GetValue(task)), stop));
        return command;
    }

    private static async Task<int> RunAsync(CliContext context, Wish wish, CancellationToken stop)
    {
        var (job, instance) = Arguments.ReadKeyAndInstance(wish.Key, otherwise: 0);
        var asked = Arguments.ReadTask(wish.Task);
        var client = await context.ConnectAsync(job.Cluster, stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);
        var task = asked ?? await client.FindStartedTaskAsync(job, instance, stop).ConfigureAwait(false);
        var output = context.OpenOut();
        await using var __ = output.ConfigureAwait(false);
        await foreach (var bytes in client.ReadTaskFileBytesAsync(new TaskFileQuery(task, wish.Path), stop).ConfigureAwait(false))
        {
            await output.WriteAsync(bytes, stop).ConfigureAwait(false);
            await output.FlushAsync(stop).ConfigureAwait(false);
        }

        return ExitCodes.Ok;
    }

    private sealed record Wish(string Key, string Path, string? Task);
}
