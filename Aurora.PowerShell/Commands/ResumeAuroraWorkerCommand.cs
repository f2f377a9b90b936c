using System.Management.Automation;
using Aurora.Core.Messages;

namespace Aurora.PowerShell.Commands;

/// <summary>Resume-AuroraWorker: ends maintenance; the workers get tasks again.</summary>
[Cmdlet(VerbsLifecycle.Resume, "AuroraWorker", SupportsShouldProcess = true)]
[OutputType(typeof(WorkerSummary))]
public sealed class ResumeAuroraWorkerCommand : WorkerCommand
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Target, async stop =>
    {
        if (!ShouldProcess(Target, "End maintenance"))
        {
            return;
        }

        var client = await ConnectAsync(Cluster, stop);
        var changed = await client.ActivateWorkersAsync(Name, stop);
        WriteVerbose(changed.Message);
        WriteWorkers(changed.Result.Workers);
    });
}
