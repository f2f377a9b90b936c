using System.Management.Automation;
using Aurora.Client;
using Aurora.Client.Workers;
using Aurora.Core.Configuration;
using Aurora.Core.Messages;
using Aurora.PowerShell.Pipeline;

namespace Aurora.PowerShell.Commands;

/// <summary>Suspend-AuroraWorker: empties workers for maintenance, as far as the jobs' SLA policies allow; or only announces it.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "AuroraWorker", DefaultParameterSetName = Percent, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(WorkerSummary))]
public sealed class SuspendAuroraWorkerCommand : WorkerCommand
{
    private const string Percent = "Percentage";
    private const string Number = "Count";
    private const string Announce = "ScheduleOnly";

    /// <summary>For jobs without an SLA policy: the share of instances that stays up, in percent; 95 without it.</summary>
    [Parameter(ParameterSetName = Percent)]
    [ValidateRange(0.0, 100.0)]
    public double? Percentage { get; set; }

    /// <summary>For jobs without an SLA policy: how many instances stay up.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Number)]
    [ValidateRange(0, 4000)]
    public int Count { get; set; }

    /// <summary>For jobs without an SLA policy: for how many seconds an instance must have been up; default 1,800.</summary>
    [Parameter(ParameterSetName = Percent)]
    [Parameter(ParameterSetName = Number)]
    [ValidateRange(0, 7200)]
    public int DurationSec { get; set; } = 1800;

    /// <summary>After how many seconds the rest is drained without asking policies; 7 days without it.</summary>
    [Parameter(ParameterSetName = Percent)]
    [Parameter(ParameterSetName = Number)]
    [ValidateRange(0, 30 * 86400)]
    public int? DrainTimeoutSec { get; set; }

    /// <summary>Drains at once, without asking policies.</summary>
    [Parameter(ParameterSetName = Percent)]
    [Parameter(ParameterSetName = Number)]
    public SwitchParameter Force { get; set; }

    /// <summary>Only announces maintenance: the workers are chosen last, and keep their tasks.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Announce)]
    public SwitchParameter ScheduleOnly { get; set; }

    /// <summary>Why, for histories.</summary>
    [Parameter]
    [ValidateLength(1, 1024)]
    public string? Message { get; set; }

    /// <summary>Waits until the workers are drained.</summary>
    [Parameter(ParameterSetName = Percent)]
    [Parameter(ParameterSetName = Number)]
    public SwitchParameter Wait { get; set; }

    /// <summary>How many seconds to wait at most; the drain goes on when it is over.</summary>
    [Parameter(ParameterSetName = Percent)]
    [Parameter(ParameterSetName = Number)]
    [ValidateRange(1, int.MaxValue)]
    public int? TimeoutSec { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Target, async stop =>
    {
        if (!ShouldProcess(Target, ScheduleOnly ? "Announce maintenance" : "Drain workers"))
        {
            return;
        }

        var client = await ConnectAsync(Cluster, stop);
        var changed = ScheduleOnly ? await client.DeactivateWorkersAsync(Name, Message, stop) : await client.DrainWorkersAsync(Name, Drain(), stop);
        WriteVerbose(changed.Message);
        WriteWorkers(Wait ? await WaitAsync(client, stop) : changed.Result.Workers);
    });

    private DrainOptions Drain() => new()
    {
        DefaultPolicy = ParameterSetName == Number ? new SlaPolicyConfiguration { Count = Count, DurationSecs = DurationSec }
            : Percentage is null && !MyInvocation.BoundParameters.ContainsKey(nameof(DurationSec)) ? null
            : new SlaPolicyConfiguration { Percentage = Percentage ?? 95, DurationSecs = DurationSec },
        Timeout = Force ? TimeSpan.Zero : DrainTimeoutSec is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Message = Message,
    };

    private Task<IReadOnlyList<WorkerSummary>> WaitAsync(AuroraClient client, CancellationToken stop)
    {
        var progress = new Progress<DrainProgress>(now => WriteProgress(new ProgressRecord(1, $"Draining {Target}", now.ToString())));
        return WithinAsync(TimeoutSec, $"{Target} drained", token => client.WaitForDrainAsync(Name, progress, token), stop);
    }
}
