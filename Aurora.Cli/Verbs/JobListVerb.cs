using System.CommandLine;
using Aurora.Client.Jobs;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora job list CLUSTER[/ROLE[/ENV[/NAME]]]</c>: one key a line.</summary>
internal static class JobListVerb
{
    internal static Command Define(CliContext context)
    {
        var pattern = new Argument<string>("CLUSTER[/ROLE[/ENV[/NAME]]]") { Description = "Which jobs; all but the cluster may hold * and ?." };
        var command = new Command("list", "List jobs.") { pattern };
        command.SetAction((parsed, stop) => RunAsync(context, JobPattern.Parse(parsed.GetValue(pattern)!), stop));
        return command;
    }

    private static async Task<int> RunAsync(CliContext context, JobPattern pattern, CancellationToken stop)
    {
        var client = await context.ConnectAsync(pattern.Cluster, stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);
        await foreach (var job in client.GetJobsAsync(pattern, stop).ConfigureAwait(false))
        {
            context.Out.WriteLine(job.Key);
        }

        return ExitCodes.Ok;
    }
}
