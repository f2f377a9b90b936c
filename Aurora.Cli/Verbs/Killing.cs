using Aurora.Core.Jobs;

namespace Aurora.Cli.Verbs;

/// <summary>What <c>job kill</c> and <c>job killall</c> do: ask, and wait until the tasks have ended, as the original does.</summary>
internal static class Killing
{
    /// <summary>As long as the original waits for one batch.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(254);

    internal static async Task<int> RunAsync(CliContext context, JobKey job, IReadOnlyList<int>? instances, string? message, CancellationToken stop)
    {
        var client = await context.ConnectAsync(job.Cluster, stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);

        context.Inform($"Killing tasks for job: {job}{(instances is null ? "" : "/" + InstanceRanges.Format(instances))}");
        var killed = await client.KillTasksAsync(job, instances, message, stop).ConfigureAwait(false);
        context.Inform($"Response from scheduler: OK (message: {killed.Message})");
        context.Inform($"Job url: {killed.Result.Url}");
        await client.WaitForTasksToEndAsync(job, killed.Result.Tasks, Patience, stop).ConfigureAwait(false);
        return ExitCodes.Ok;
    }
}
