using System.Management.Automation;
using Aurora.Client;
using Aurora.Client.Files;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.PowerShell.Pipeline;

namespace Aurora.PowerShell.Commands;

/// <summary>Get-AuroraTaskFile: lists a folder of a task's sandbox, or reads a file in it.</summary>
[Cmdlet(VerbsCommon.Get, "AuroraTaskFile", DefaultParameterSetName = List)]
[OutputType(typeof(SandboxEntry), ParameterSetName = [List])]
[OutputType(typeof(string), ParameterSetName = [Lines])]
[OutputType(typeof(FileInfo), ParameterSetName = [File])]
public sealed class GetAuroraTaskFileCommand : AuroraCommand
{
    private const string List = "List";
    private const string Lines = "Content";
    private const string File = "OutFile";

    /// <summary>The job: cluster/role/environment/name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("JobKey", "Job")]
    [ValidateNotNullOrEmpty]
    public string Key { get; set; } = "";

    /// <summary>The instance; default 0.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, 3999)]
    public int Instance { get; set; }

    /// <summary>The folder or file, relative to the sandbox, parts divided by /; without it the sandbox itself.</summary>
    [Parameter(ParameterSetName = List, Position = 2, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = Lines, Position = 2, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = File, Position = 2, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string Path { get; set; } = "";

    /// <summary>One attempt; without it the newest that has started a process.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? TaskId { get; set; }

    /// <summary>Reads the file as text, line by line.</summary>
    [Parameter(ParameterSetName = Lines, Mandatory = true)]
    public SwitchParameter Content { get; set; }

    /// <summary>Writes the file's bytes to a file here, and gives that file. One that is there is overwritten.</summary>
    [Parameter(ParameterSetName = File, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string OutFile { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(Path.Length == 0 ? Key : $"{Key} {Path}", async stop =>
    {
        var job = JobKey.Parse(Key);
        var asked = TaskIds.Read(TaskId);
        var client = await ConnectAsync(job.Cluster, stop);
        var task = asked ?? await client.FindStartedTaskAsync(job, Instance, stop);
        await (ParameterSetName switch
        {
            Lines => WriteLinesAsync(client, task, stop),
            File => SaveAsync(client, task, stop),
            _ => ListAsync(client, job, task, stop),
        });
    });

    private async Task ListAsync(AuroraClient client, JobKey job, TaskId task, CancellationToken stop)
    {
        var list = await client.ListTaskFilesAsync(task, Path, stop);
        foreach (var entry in list.Entries)
        {
            // What the next cmdlet of a pipeline binds by name.
            var result = PSObject.AsPSObject(entry);
            result.Properties.Add(new PSNoteProperty("Path", list.Path.Length == 0 ? entry.Name : $"{list.Path.TrimEnd('/')}/{entry.Name}"));
            result.Properties.Add(new PSNoteProperty("Job", job));
            result.Properties.Add(new PSNoteProperty("TaskId", task));
            WriteObject(result);
        }

        if (list.Truncated)
        {
            WriteWarning($"There is more than these {list.Entries.Count} entries; what follows by name is left out.");
        }
    }

    private async Task WriteLinesAsync(AuroraClient client, TaskId task, CancellationToken stop)
    {
        var lines = new LineSplitter();
        await foreach (var bytes in client.ReadTaskFileBytesAsync(new TaskFileQuery(task, Path), stop))
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
    }

    private async Task SaveAsync(AuroraClient client, TaskId task, CancellationToken stop)
    {
        var target = new FileInfo(SessionState.Path.GetUnresolvedProviderPathFromPSPath(OutFile));
        try
        {
            FileStream? file = null;
            try
            {
                await foreach (var bytes in client.ReadTaskFileBytesAsync(new TaskFileQuery(task, Path), stop))
                {
                    file ??= target.Create(); // Not before there is something: a file that is not there must not empty one that is here.
                    await file.WriteAsync(bytes, stop);
                }

                file ??= target.Create();
            }
            finally
            {
                await (file?.DisposeAsync() ?? ValueTask.CompletedTask);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, "OutFile", target.FullName, $"must be a file that can be written: {e.Message}"));
        }

        target.Refresh();
        WriteObject(target);
    }
}
