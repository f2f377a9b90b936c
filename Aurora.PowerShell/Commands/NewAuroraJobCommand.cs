using System.Management.Automation;
using Aurora.Client.Jobs;
using Aurora.Core.Messages;
using Aurora.PowerShell.Pipeline;

namespace Aurora.PowerShell.Commands;

/// <summary>New-AuroraJob: creates a job and runs it.</summary>
[Cmdlet(VerbsCommon.New, "AuroraJob", SupportsShouldProcess = true, DefaultParameterSetName = FromFile)]
[OutputType(typeof(JobSummary))]
public sealed class NewAuroraJobCommand : SubmitCommand
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Target, async stop =>
    {
        var job = await LoadAsync(stop);
        if (!ShouldProcess(job.Key.ToString(), "Create job"))
        {
            return;
        }

        var client = await ConnectAsync(job.Cluster, stop);
        var created = await client.CreateJobAsync(job, stop);
        WriteVerbose($"{created.Message} ({created.Result.Url})");
        try
        {
            if (Wait)
            {
                // A service has no end to wait for.
                var until = job.Service ? JobMilestone.Running : JobMilestone.Finished;
                await WithinAsync(TimeoutSec, $"{job.Key} is {until.ToString().ToUpperInvariant()}", async limit =>
                {
                    await JobWaits.ForJobAsync(client, job.Key, until, this, limit);
                    return true;
                }, stop);
            }
        }
        finally
        {
            await foreach (var summary in client.GetJobsAsync(JobPattern.Of(job.Key), stop))
            {
                WriteObject(summary);
            }
        }
    });
}
