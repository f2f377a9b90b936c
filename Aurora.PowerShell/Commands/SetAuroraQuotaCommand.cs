using System.Management.Automation;
using Aurora.Core.Messages;
using Aurora.PowerShell.Input;
using Aurora.PowerShell.Pipeline;

namespace Aurora.PowerShell.Commands;

/// <summary>Set-AuroraQuota: grants a role what its production tasks may use together.</summary>
[Cmdlet(VerbsCommon.Set, "AuroraQuota", SupportsShouldProcess = true)]
[OutputType(typeof(QuotaSummary))]
public sealed class SetAuroraQuotaCommand : AuroraCommand
{
    /// <summary>The cluster's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Cluster { get; set; } = "";

    /// <summary>The role.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Role { get; set; } = "";

    /// <summary>Cores.</summary>
    [Parameter(Mandatory = true)]
    [ValidateRange(0.0, 1e9)]
    public double Cpu { get; set; }

    /// <summary>Memory: bytes as a number (64GB is one in PowerShell) or text with a unit.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public object Ram { get; set; } = 0L;

    /// <summary>Disk, like -Ram.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public object Disk { get; set; } = 0L;

    /// <summary>Gives the quota as it is then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Role, async stop =>
    {
        var quota = new QuotaAmount(Cpu, Amounts.Read(nameof(Ram), Ram), Amounts.Read(nameof(Disk), Disk));
        if (!ShouldProcess($"{Cluster}/{Role}", $"Set quota to {quota.Cpu} cores, {quota.Ram} bytes of memory, {quota.Disk} bytes of disk"))
        {
            return;
        }

        var client = await ConnectAsync(Cluster, stop);
        var set = await client.SetQuotaAsync(Role, quota, stop);
        WriteVerbose(set.Message);
        if (PassThru)
        {
            WriteObject(ClusterObjects.Of(Cluster, set.Result.Quota));
        }
    });
}
