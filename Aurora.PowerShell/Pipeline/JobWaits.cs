using System.Management.Automation;
using Aurora.Client;
using Aurora.Client.Jobs;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;

namespace Aurora.PowerShell.Pipeline;

/// <summary>Waits of cmdlets: they show progress and end in an error when what was waited for came out badly.</summary>
internal static class JobWaits
{
    /// <exception cref="AuroraException">AUR4005: an instance has ended badly.</exception>
    internal static async Task ForJobAsync(AuroraClient client, JobKey job, JobMilestone until, Cmdlet cmdlet, CancellationToken stop)
    {
        // Progress comes back to the pipeline's thread, which alone may write it.
        var progress = new Progress<JobProgress>(p => cmdlet.WriteProgress(new ProgressRecord(1, $"Waiting for {job}", p.ToString()) { PercentComplete = PercentOf(p, until) }));
        var end = await client.WaitForJobAsync(job, until, progress, stop);
        cmdlet.WriteProgress(new ProgressRecord(1, $"Waiting for {job}", "done") { RecordType = ProgressRecordType.Completed });
        if (end.Failures is [var failed, ..])
        {
            var why = failed.Events is [.., { Message: { Length: > 0 } message }] ? $" ({message})" : "";
            throw new AuroraException(ErrorCodes.TaskFailed, $"Instance {failed.Instance} of {job} ended {failed.State.ToString().ToUpperInvariant()}{why}.");
        }
    }

    /// <exception cref="AuroraException">AUR4005: the update did not go through.</exception>
    internal static async Task<UpdateSummary> ForUpdateAsync(AuroraClient client, JobKey job, string id, Cmdlet cmdlet, CancellationToken stop)
    {
        var progress = new Progress<UpdateSummary>(u => cmdlet.WriteProgress(
            new ProgressRecord(1, $"Updating {job}", $"{u.Status}, {u.InstancesDone} of {u.InstancesTotal} instances done") { PercentComplete = 100 * u.InstancesDone / Math.Max(1, u.InstancesTotal) }));
        var end = await client.WaitForUpdateAsync(job, id, progress, stop);
        cmdlet.WriteProgress(new ProgressRecord(1, $"Updating {job}", "done") { RecordType = ProgressRecordType.Completed });
        return end.Status == UpdateStatus.RolledForward
            ? end
            : throw new AuroraException(ErrorCodes.TaskFailed, $"Update {id} of {job} ended {end.Status}{(string.IsNullOrEmpty(end.Message) ? "" : $" ({end.Message})")}.");
    }

    private static int PercentOf(JobProgress progress, JobMilestone until) =>
        100 * progress.Tasks.Count(t => new JobProgress(progress.Job, [t]).Reached(until)) / Math.Max(1, progress.Tasks.Count);
}
