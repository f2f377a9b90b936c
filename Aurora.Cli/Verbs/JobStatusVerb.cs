using System.CommandLine;
using Aurora.Cli.Views;
using Aurora.Client.Jobs;
using Aurora.Core.Errors;
using Aurora.Core.Messages;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora job status KEY</c>: the tasks of one job or of several.</summary>
internal static class JobStatusVerb
{
    internal static Command Define(CliContext context)
    {
        var key = new Argument<string>("KEY") { Description = "The job: cluster/role/environment/name; all but the cluster may hold * and ?." };
        var json = Arguments.WriteJson();
        var command = new Command("status", "Show a job's tasks: state, worker, history.") { key, json };
        command.SetAction((parsed, stop) => RunAsync(context, parsed.GetValue(key)!, parsed.GetValue(json), stop));
        return command;
    }

    private static async Task<int> RunAsync(CliContext context, string keyText, bool json, CancellationToken stop)
    {
        var pattern = JobPattern.Parse(keyText);
        var client = await context.ConnectAsync(pattern.Cluster, stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);

        var tasks = new List<TaskSummary>();
        await foreach (var task in client.GetTasksAsync(new TaskQuery(pattern), stop).ConfigureAwait(false))
        {
            tasks.Add(task);
        }

        if (json)
        {
            context.Out.WriteLine(StatusJson.Write(keyText, tasks));
            return ExitCodes.Ok;
        }

        if (tasks.Count == 0)
        {
            throw new AuroraException(ErrorCodes.JobNotFound, $"No job matches {keyText}. 'aurora job list {pattern.Cluster}' shows the jobs that there are.");
        }

        foreach (var job in tasks.GroupBy(t => t.Job).OrderBy(g => g.Key.ToString(), StringComparer.Ordinal))
        {
            StatusText.Write(context.Out, [.. job]);
        }

        return ExitCodes.Ok;
    }
}
