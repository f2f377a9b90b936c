using System.Management.Automation;
using Aurora.Client.Jobs;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.PowerShell.Pipeline;

namespace Aurora.PowerShell.Commands;

/// <summary>Stop-AuroraJob: kills a job's instances and waits until they have ended.</summary>
[Cmdlet(VerbsLifecycle.Stop, "AuroraJob", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(TaskSummary))]
public sealed class StopAuroraJobCommand : AuroraCommand
{
    /// <summary>The job: cluster/role/environment/name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("JobKey", "Job")]
    [ValidateNotNullOrEmpty]
    public string Key { get; set; } = "";

    /// <summary>Which instances; all without it.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, 3999)]
    public int[]? Instance { get; set; }

    /// <summary>Why, for the job's history.</summary>
    [Parameter]
    [ValidateLength(1, 1024)]
    public string? Message { get; set; }

    /// <summary>How many seconds to wait at most for the tasks to end; default 254, 0 does not wait.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int TimeoutSec { get; set; } = 254;

    /// <summary>Gives the killed tasks.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Key, async stop =>
    {
        var job = JobKey.Parse(Key);
        if (!ShouldProcess(Instance is null ? Key : $"{Key}/{InstanceRanges.Format(Instance)}", "Kill tasks"))
        {
            return;
        }

        var client = await ConnectAsync(job.Cluster, stop);
        var killed = await client.KillTasksAsync(job, Instance, Message, stop);
        WriteVerbose($"{killed.Message} ({killed.Result.Url})");
        if (TimeoutSec > 0)
        {
            await client.WaitForTasksToEndAsync(job, killed.Result.Tasks, TimeSpan.FromSeconds(TimeoutSec), stop);
        }

        foreach (var task in PassThru ? killed.Result.Tasks : [])
        {
            await foreach (var summary in client.GetTasksAsync(new TaskQuery(JobPattern.Of(job)) { TaskId = task }, stop))
            {
                WriteObject(summary);
            }
        }
    });
}
