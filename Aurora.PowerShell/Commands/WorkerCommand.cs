using System.Management.Automation;
using Aurora.Core.Messages;
using Aurora.PowerShell.Pipeline;

namespace Aurora.PowerShell.Commands;

/// <summary>What the cmdlets that change workers have in common: which workers.</summary>
public abstract class WorkerCommand : AuroraCommand
{
    /// <summary>The cluster's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Cluster { get; set; } = "";

    /// <summary>The workers' ids or host names.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "WorkerId")]
    [ValidateNotNullOrEmpty]
    [ValidateCount(1, 1000)]
    public string[] Name { get; set; } = [];

    /// <summary>Gives the workers as they are then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected string Target => $"{Cluster}: {string.Join(", ", Name)}";

    private protected void WriteWorkers(IEnumerable<WorkerSummary> workers)
    {
        foreach (var worker in PassThru ? workers : [])
        {
            WriteObject(ClusterObjects.Of(Cluster, worker));
        }
    }
}
