using System.Management.Automation;
using Aurora.Core.Messages;
using Aurora.PowerShell.Pipeline;

namespace Aurora.PowerShell.Commands;

/// <summary>Get-AuroraQuota: what roles may use and use.</summary>
[Cmdlet(VerbsCommon.Get, "AuroraQuota")]
[OutputType(typeof(QuotaSummary))]
public sealed class GetAuroraQuotaCommand : AuroraCommand
{
    /// <summary>The cluster's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Cluster { get; set; } = "";

    /// <summary>Roles, which may hold * and ?; all that have a quota or tasks without it. A plain name always gets an answer.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Role { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var role in Role ?? [null!])
        {
            Run(role ?? Cluster, async stop =>
            {
                var client = await ConnectAsync(Cluster, stop);
                await foreach (var quota in client.GetQuotasAsync(role, stop))
                {
                    WriteObject(ClusterObjects.Of(Cluster, quota));
                }
            });
        }
    }
}
