using System.Management.Automation;
using Aurora.Client.Jobs;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.PowerShell.Pipeline;

namespace Aurora.PowerShell.Commands;

/// <summary>Get-AuroraTask: lists tasks, active ones first.</summary>
[Cmdlet(VerbsCommon.Get, "AuroraTask")]
[OutputType(typeof(TaskSummary))]
public sealed class GetAuroraTaskCommand : AuroraCommand
{
    /// <summary>Of which jobs: cluster[/role[/environment[/name]]]; all but the cluster may hold * and ?.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("JobKey", "Job")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Key { get; set; } = [];

    /// <summary>Which instances; all without it.</summary>
    [Parameter(Position = 1)]
    [ValidateRange(0, 3999)]
    public int[]? Instance { get; set; }

    /// <summary>One task.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? TaskId { get; set; }

    /// <summary>Leaves out tasks that have ended.</summary>
    [Parameter]
    public SwitchParameter Active { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var key in Key)
        {
            Run(key, stop => WriteTasksAsync(JobPattern.Parse(key), stop));
        }
    }

    private async Task WriteTasksAsync(JobPattern pattern, CancellationToken stop)
    {
        var client = await ConnectAsync(pattern.Cluster, stop);
        var any = false;
        var query = new TaskQuery(pattern) { Instances = Instance, TaskId = TaskIds.Read(TaskId), ActiveOnly = Active };
        await foreach (var task in client.GetTasksAsync(query, stop))
        {
            any = true;
            WriteObject(task);
        }

        if (!any && !Active && pattern.IsExact)
        {
            throw Instance is null && TaskId is null
                ? new AuroraException(ErrorCodes.JobNotFound, $"Job {pattern} has no tasks.")
                : new AuroraException(ErrorCodes.TaskNotFound, $"Job {pattern} has no task {TaskId ?? "of instance " + InstanceRanges.Format(Instance)}.");
        }
    }
}
