using System.CommandLine;
using System.Globalization;
using System.Text;
using Aurora.Client.Logs;
using Aurora.Core.Errors;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora task log KEY/INSTANCE</c>: what a process wrote.</summary>
internal static class TaskLogVerb
{
    internal static Command Define(CliContext context)
    {
        var key = new Argument<string>("KEY/INSTANCE") { Description = "The job and one instance: cluster/role/environment/name/0." };
        var task = Arguments.Task();
        var process = new Option<string?>("--process") { Description = "The process; without it the last that failed, else the last that started." };
        var stream = new Option<string>("--stream") { Description = "stdout (default) or stderr.", DefaultValueFactory = _ => "stdout" };
        stream.AcceptOnlyFromAmong("stdout", "stderr");
        var tail = new Option<int?>("--tail") { Description = "Only the last N lines.", HelpName = "N" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on as the process writes, until it ends." };
        var command = new Command("log", "Show what a process wrote.") { key, task, process, stream, tail, follow };
        command.SetAction((parsed, stop) => RunAsync(context, new(parsed.GetValue(key)!, parsed.GetValue(task), parsed.GetValue(process),
            parsed.GetValue(stream)!, parsed.GetValue(tail), parsed.GetValue(follow)), stop));
        return command;
    }

    private static async Task<int> RunAsync(CliContext context, Wish wish, CancellationToken stop)
    {
        var (job, instance) = Arguments.ReadKeyAndInstance(wish.Key, otherwise: null);
        if (wish.Tail is < 0)
        {
            throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, "--tail", wish.Tail.Value.ToString(CultureInfo.InvariantCulture), "must be 0 or more"));
        }

        var asked = Arguments.ReadTask(wish.Task);
        var client = await context.ConnectAsync(job.Cluster, stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);
        var task = asked ?? await client.FindStartedTaskAsync(job, instance, stop).ConfigureAwait(false);
        var query = new TaskLogQuery(task) { Process = wish.Process, Stream = wish.Stream };
        var decoder = new UTF8Encoding(false).GetDecoder(); // A character may be cut between two chunks.
        var text = new char[query.MaxBytes + 1];
        await foreach (var bytes in client.ReadTaskLogBytesAsync(query, wish.Tail, wish.Follow, stop).ConfigureAwait(false))
        {
            for (var rest = bytes; rest.Length > 0;)
            {
                decoder.Convert(rest.Span, text, flush: false, out var used, out var written, out var _);
                context.Out.Write(text, 0, written);
                rest = rest[used..];
            }

            await context.Out.FlushAsync(stop).ConfigureAwait(false);
        }

        return ExitCodes.Ok;
    }

    private sealed record Wish(string Key, string? Task, string? Process, string Stream, int? Tail, bool Follow);
}
