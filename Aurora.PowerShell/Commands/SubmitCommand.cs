using System.Collections;
using System.Management.Automation;
using Aurora.Client.Jobs;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.PowerShell.Input;
using Aurora.PowerShell.Pipeline;

namespace Aurora.PowerShell.Commands;

/// <summary>What the cmdlets that submit a job have in common: where the job comes from.</summary>
public abstract class SubmitCommand : AuroraCommand
{
    private protected const string FromFile = "File";
    private protected const string FromConfiguration = "Configuration";

    /// <summary>The job: cluster/role/environment/name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = FromFile)]
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = FromConfiguration)]
    [Alias("JobKey")]
    [ValidateNotNullOrEmpty]
    public string? Key { get; set; }

    /// <summary>The job file: .json, .yaml or .aurora.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = FromFile)]
    [Alias("FullName", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string File { get; set; } = "";

    /// <summary>The job as a hashtable or object in the shape of a job file, or as Get-AuroraJob gives it.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = FromConfiguration)]
    [ValidateNotNull]
    public object? Configuration { get; set; }

    /// <summary>Values for templates.</summary>
    [Parameter]
    public Hashtable? Bind { get; set; }

    /// <summary>Waits for the outcome; a bad one is an error.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>How many seconds to wait at most.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? TimeoutSec { get; set; }

    private protected string Target => Key ?? File;

    /// <summary>Reads the job that was given; everything that is wrong with it is told before anything is sent.</summary>
    private protected async Task<JobConfiguration> LoadAsync(CancellationToken stop)
    {
        var bindings = Bindings.Read(Bind);
        if (ParameterSetName == FromConfiguration)
        {
            return JobObject.Read(Configuration!, Key is null ? null : JobKey.Parse(Key), bindings);
        }

        // PowerShell's current location is not the process's.
        string path;
        try
        {
            path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(File);
        }
        catch (Exception e) when (e is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or ItemNotFoundException)
        {
            throw new AuroraException(new Fault(ErrorCodes.FileNotFound, "File", File, e.Message));
        }

        return await JobSource.LoadAsync(path, JobKey.Parse(Key!), bindings, stop);
    }
}
