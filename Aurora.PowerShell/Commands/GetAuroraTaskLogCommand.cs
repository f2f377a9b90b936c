using System.Management.Automation;
using Aurora.Client.Logs;
using Aurora.Core.Jobs;
using Aurora.PowerShell.Pipeline;

namespace Aurora.PowerShell.Commands;

/// <summary>Get-AuroraTaskLog: what a process wrote, line by line.</summary>
[Cmdlet(VerbsCommon.Get, "AuroraTaskLog")]
[OutputType(typeof(string))]
public sealed class GetAuroraTaskLogCommand : AuroraCommand
{
    /// <summary>The job: cluster/role/environment/name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("JobKey", "Job")]
    [ValidateNotNullOrEmpty]
    public string Key { get; set; } = "";

    /// <summary>The instance; default 0.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, 3999)]
    public int Instance { get; set; }

    /// <summary>One attempt; without it the newest that has started a process.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? TaskId { get; set; }

    /// <summary>The process; without it the last that failed, else the last that started.</summary>
    [Parameter]
    public string? Process { get; set; }

    /// <summary>stdout (default) or stderr.</summary>
    [Parameter]
    [ValidateSet("stdout", "stderr")]
    public string Stream { get; set; } = "stdout";

    /// <summary>Only the last lines.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Tail { get; set; }

    /// <summary>Goes on as the process writes, until it ends or Ctrl-C.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Key, async stop =>
    {
        var job = JobKey.Parse(Key);
        var asked = TaskIds.Read(TaskId);
        var client = await ConnectAsync(job.Cluster, stop);
        var task = asked ?? await client.FindStartedTaskAsync(job, Instance, stop);
        var query = new TaskLogQuery(task) { Process = Process, Stream = Stream.ToLowerInvariant() };
        var lines = new LineSplitter();
        await foreach (var bytes in client.ReadTaskLogBytesAsync(query, Tail, Follow, stop))
        {
            foreach (var line in lines.Split(bytes.Span))
            {
                WriteObject(line);
            }
        }

        if (lines.Rest is { } rest)
        {
            WriteObject(rest);
        }
    });
}
