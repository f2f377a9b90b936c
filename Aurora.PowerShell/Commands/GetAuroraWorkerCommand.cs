using System.Management.Automation;
using Aurora.Client.Clusters;
using Aurora.Core.Errors;
using Aurora.Core.Messages;
using Aurora.PowerShell.Pipeline;

namespace Aurora.PowerShell.Commands;

/// <summary>Get-AuroraWorker: lists workers with what they offer, what of it is free, and their maintenance.</summary>
[Cmdlet(VerbsCommon.Get, "AuroraWorker")]
[OutputType(typeof(WorkerSummary))]
public sealed class GetAuroraWorkerCommand : AuroraCommand
{
    /// <summary>The clusters' names; all known ones without it.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[]? Cluster { get; set; }

    /// <summary>Ids or host names, which may hold * and ?; all without it.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "WorkerId")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var cluster in Cluster ?? [.. ClusterRegistry.Default().All().Where(c => c.Address is not null).Select(c => c.Name)])
        {
            foreach (var name in Name ?? [null!])
            {
                Run(name ?? cluster, stop => WriteWorkersAsync(cluster, name, stop));
            }
        }
    }

    private async Task WriteWorkersAsync(string cluster, string? name, CancellationToken stop)
    {
        var client = await ConnectAsync(cluster, stop);
        var any = false;
        await foreach (var worker in client.GetWorkersAsync(name, stop))
        {
            any = true;
            WriteObject(ClusterObjects.Of(cluster, worker));
        }

        if (!any && name is not null && !WildcardPattern.ContainsWildcardCharacters(name))
        {
            throw new AuroraException(ErrorCodes.WorkerNotFound, $"Cluster {cluster} has no worker {name}.");
        }
    }
}
