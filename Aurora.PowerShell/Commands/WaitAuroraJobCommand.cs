using System.Management.Automation;
using Aurora.Client.Jobs;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.PowerShell.Pipeline;

namespace Aurora.PowerShell.Commands;

/// <summary>Wait-AuroraJob: waits until a job has come so far; a bad end is an error.</summary>
[Cmdlet(VerbsLifecycle.Wait, "AuroraJob")]
[OutputType(typeof(JobSummary))]
public sealed class WaitAuroraJobCommand : AuroraCommand
{
    /// <summary>The job: cluster/role/environment/name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("JobKey", "Job")]
    [ValidateNotNullOrEmpty]
    public string Key { get; set; } = "";

    /// <summary>How far: Pending, Running or Finished (default); a service reaches Finished only when it is killed.</summary>
    /// <remarks>A text: the engine looks at this class before the module's dependencies can be found, and a field of their enumeration would need them.</remarks>
    [Parameter]
    [ValidateSet(nameof(JobMilestone.Pending), nameof(JobMilestone.Running), nameof(JobMilestone.Finished))]
    public string Until { get; set; } = nameof(JobMilestone.Finished);

    /// <summary>How many seconds to wait at most.</summary>
    [Parameter]
    [Alias("Timeout")]
    [ValidateRange(1, int.MaxValue)]
    public int? TimeoutSec { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Key, async stop =>
    {
        var job = JobKey.Parse(Key);
        var until = Enum.Parse<JobMilestone>(Until, ignoreCase: true);
        var client = await ConnectAsync(job.Cluster, stop);
        await WithinAsync(TimeoutSec, $"{job} is {Until.ToUpperInvariant()}", async limit =>
        {
            await JobWaits.ForJobAsync(client, job, until, this, limit);
            return true;
        }, stop);
        await foreach (var summary in client.GetJobsAsync(JobPattern.Of(job), stop))
        {
            WriteObject(summary);
        }
    });
}
