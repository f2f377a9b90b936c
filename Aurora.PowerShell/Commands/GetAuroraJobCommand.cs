using System.Management.Automation;
using Aurora.Client.Clusters;
using Aurora.Client.Jobs;
using Aurora.Core.Errors;
using Aurora.Core.Messages;
using Aurora.PowerShell.Pipeline;

namespace Aurora.PowerShell.Commands;

/// <summary>Get-AuroraJob: lists jobs.</summary>
[Cmdlet(VerbsCommon.Get, "AuroraJob")]
[OutputType(typeof(JobSummary))]
public sealed class GetAuroraJobCommand : AuroraCommand
{
    /// <summary>Which jobs: cluster[/role[/environment[/name]]]; all but the cluster may hold * and ?. Without it, all jobs of all known clusters.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("JobKey", "Job")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Key { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var key in Key ?? [.. ClusterRegistry.Default().All().Where(c => c.Address is not null).Select(c => c.Name)])
        {
            Run(key, stop => WriteJobsAsync(JobPattern.Parse(key), stop));
        }
    }

    private async Task WriteJobsAsync(JobPattern pattern, CancellationToken stop)
    {
        var client = await ConnectAsync(pattern.Cluster, stop);
        var any = false;
        await foreach (var job in client.GetJobsAsync(pattern, stop))
        {
            any = true;
            WriteObject(job);
        }

        if (!any && pattern.IsExact)
        {
            throw new AuroraException(ErrorCodes.JobNotFound, $"There is no job {pattern}.");
        }
    }
}
