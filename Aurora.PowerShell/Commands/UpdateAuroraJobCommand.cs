using System.Management.Automation;
using Aurora.Core.Messages;
using Aurora.PowerShell.Pipeline;

namespace Aurora.PowerShell.Commands;

/// <summary>Update-AuroraJob: brings a service to a new configuration.</summary>
[Cmdlet(VerbsData.Update, "AuroraJob", SupportsShouldProcess = true, DefaultParameterSetName = FromFile)]
[OutputType(typeof(UpdateSummary))]
public sealed class UpdateAuroraJobCommand : SubmitCommand
{
    /// <summary>Which instances; all without it.</summary>
    [Parameter]
    [ValidateRange(0, 3999)]
    public int[]? Instance { get; set; }

    /// <summary>Why, for the job's history.</summary>
    [Parameter]
    [ValidateLength(1, 1024)]
    public string? Message { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Target, async stop =>
    {
        var job = await LoadAsync(stop);
        if (!ShouldProcess(job.Key.ToString(), "Update job"))
        {
            return;
        }

        var client = await ConnectAsync(job.Cluster, stop);
        var started = await client.StartUpdateAsync(job, Instance, Message, stop);
        WriteVerbose($"{started.Message} ({started.Result.Url})");
        if (started.Result.UpdateId is not { } id)
        {
            return;
        }

        if (Wait)
        {
            WriteObject(await WithinAsync(TimeoutSec, $"update {id} of {job.Key} is over", limit => JobWaits.ForUpdateAsync(client, job.Key, id, this, limit), stop));
            return;
        }

        WriteObject(await client.GetUpdatesAsync(job.Key, id, stop), enumerateCollection: true);
    });
}
