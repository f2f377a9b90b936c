using System.CommandLine;
using Aurora.Client.Jobs;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora job create KEY FILE</c>.</summary>
internal static class JobCreateVerb
{
    internal static Command Define(CliContext context)
    {
        var key = Arguments.Key();
        var file = Arguments.JobFile();
        var until = new Option<string?>("--wait-until")
        {
            Description = "PENDING (default), RUNNING or FINISHED: how far to wait for the job.",
            HelpName = "PENDING|RUNNING|FINISHED",
        };
        var bind = Arguments.Bind();
        var command = new Command("create", "Create a job and run it.") { key, file, until, bind };
        command.SetAction((parsed, stop) =>
            RunAsync(context, parsed.GetValue(key)!, parsed.GetValue(file)!, ReadMilestone(parsed.GetValue(until)), parsed.GetValue(bind), stop));
        return command;
    }

    private static async Task<int> RunAsync(CliContext context, string keyText, string file, JobMilestone until, string[]? bindings, CancellationToken stop)
    {
        var key = JobKey.Parse(keyText);
        var job = await JobSource.LoadAsync(file, key, Arguments.ReadBindings(bindings), stop).ConfigureAwait(false);
        var client = await context.ConnectAsync(key.Cluster, stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);

        context.Inform($"Creating job {key.Name}");
        var created = await client.CreateJobAsync(job, stop).ConfigureAwait(false);
        context.Inform($"Response from scheduler: OK (message: {created.Message})");
        context.Inform($"Job url: {created.Result.Url}");
        if (until == JobMilestone.Pending)
        {
            return ExitCodes.Ok;
        }

        var progress = new ChangedLines<JobProgress>(p => context.Inform($"{key.Name}: {p}"));
        var end = await client.WaitForJobAsync(key, until, progress, stop).ConfigureAwait(false);
        return end.Failures is not [var failed, ..]
            ? ExitCodes.Ok
            : throw new AuroraException(ErrorCodes.TaskFailed,
                $"Instance {failed.Instance} of {key} ended {failed.State.ToString().ToUpperInvariant()}{Because(failed.Events)}. 'aurora task log {key}/{failed.Instance} --stream stderr' may say why.");
    }

    private static JobMilestone ReadMilestone(string? text) => text?.ToUpperInvariant() switch
    {
        null or "PENDING" => JobMilestone.Pending,
        "RUNNING" => JobMilestone.Running,
        "FINISHED" => JobMilestone.Finished,
        _ => throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, "--wait-until", text, "must be PENDING, RUNNING or FINISHED")),
    };

    private static string Because(IReadOnlyList<Core.Messages.TaskEvent> events) => events is [.., { Message: { Length: > 0 } message }] ? $" ({message})" : "";
}
