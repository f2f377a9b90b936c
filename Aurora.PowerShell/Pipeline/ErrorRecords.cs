using System.Management.Automation;
using Aurora.Core.Errors;

namespace Aurora.PowerShell.Pipeline;

/// <summary>The one place where exceptions become error records: the stable code as the error id, a category, and what to do.</summary>
internal static class ErrorRecords
{
    /// <summary>Trouble with reaching any cluster at all ends the cmdlet; trouble with one item does not.</summary>
    internal static bool IsTerminating(AuroraException exception) => exception.Code is ErrorCodes.UnknownCluster or ErrorCodes.ClusterUnreachable
        or ErrorCodes.NotReady or ErrorCodes.Unauthorized or ErrorCodes.InvalidClusterFile or ErrorCodes.ProtocolError;

    internal static ErrorRecord From(AuroraException exception, object? target) => new(exception, exception.Code, CategoryOf(exception.Code), target)
    {
        ErrorDetails = new ErrorDetails(TextOf(exception)) { RecommendedAction = ActionOf(exception.Code) },
    };

    private static string TextOf(AuroraException exception) =>
        exception.Faults.Count == 0 ? $"{exception.Code}: {exception.Message}" : string.Join(Environment.NewLine, exception.Faults.Select(f => $"{f.Code}: {f}"));

    private static ErrorCategory CategoryOf(string code) => code switch
    {
        ErrorCodes.FileNotFound or ErrorCodes.JobNotInFile => ErrorCategory.ObjectNotFound,
        ErrorCodes.FileSyntax => ErrorCategory.ParserError,
        ErrorCodes.PythonMissing => ErrorCategory.NotInstalled,
        ErrorCodes.NotSupportedYet => ErrorCategory.NotImplemented,
        ErrorCodes.MalformedJobKey or ErrorCodes.InvalidArgument or ErrorCodes.MalformedInstances or ErrorCodes.WrongCluster => ErrorCategory.InvalidArgument,
        ErrorCodes.JobExists => ErrorCategory.ResourceExists,
        ErrorCodes.JobNotFound or ErrorCodes.UpdateNotFound or ErrorCodes.TaskNotFound or ErrorCodes.LogNotFound or ErrorCodes.SandboxFileNotFound or ErrorCodes.UnknownCluster
            or ErrorCodes.RoleUnknown or ErrorCodes.WorkerNotFound => ErrorCategory.ObjectNotFound,
        ErrorCodes.JobUpdating => ErrorCategory.ResourceBusy,
        ErrorCodes.QuotaExceeded => ErrorCategory.QuotaExceeded,
        ErrorCodes.UnknownTier => ErrorCategory.InvalidData,
        ErrorCodes.NotAService or ErrorCodes.CommandReused or ErrorCodes.DrainEnded => ErrorCategory.InvalidOperation,
        ErrorCodes.ClusterUnreachable or ErrorCodes.WorkerUnreachable => ErrorCategory.ConnectionError,
        ErrorCodes.Timeout => ErrorCategory.OperationTimeout,
        ErrorCodes.NotReady => ErrorCategory.ResourceUnavailable,
        ErrorCodes.Unauthorized => ErrorCategory.AuthenticationError,
        ErrorCodes.ProtocolError => ErrorCategory.ProtocolError,
        ErrorCodes.RoleRefused => ErrorCategory.PermissionDenied,
        ErrorCodes.TaskFailed => ErrorCategory.InvalidResult,
        _ when code.StartsWith("AUR1", StringComparison.Ordinal) => ErrorCategory.InvalidData,
        _ => ErrorCategory.NotSpecified,
    };

    private static string ActionOf(string code) => code switch
    {
        ErrorCodes.JobExists => "Use Update-AuroraJob to change the job, or Stop-AuroraJob to end it first.",
        ErrorCodes.JobNotFound => "Use Get-AuroraJob to see the jobs that there are.",
        ErrorCodes.JobUpdating => "Wait for the update to end, and try again.",
        ErrorCodes.TaskNotFound or ErrorCodes.LogNotFound => "Use Get-AuroraTask to see the job's tasks and their processes.",
        ErrorCodes.WorkerNotFound => "Use Get-AuroraWorker to see the workers that there are.",
        ErrorCodes.QuotaExceeded => "Use Get-AuroraQuota to see what the role may use and uses; Set-AuroraQuota grants more.",
        ErrorCodes.UnknownCluster or ErrorCodes.InvalidClusterFile => "Check the cluster's entry in clusters.json; 'aurora dev' starts a cluster named devcluster on this machine.",
        ErrorCodes.ClusterUnreachable => "Check that the cluster runs and that its address in clusters.json is right.",
        ErrorCodes.Timeout or ErrorCodes.NotReady or ErrorCodes.WorkerUnreachable => "Try again; repeating the command is safe.",
        ErrorCodes.Unauthorized => "Put the cluster's current token into its entry in clusters.json.",
        ErrorCodes.TaskFailed => "Use Get-AuroraTask and Get-AuroraTaskLog -Stream stderr to see why.",
        ErrorCodes.PythonMissing => "Install python3, or use a .json or .yaml job file.",
        ErrorCodes.NotAService => "Stop the job and create it again; only services are updated.",
        _ when code.StartsWith("AUR1", StringComparison.Ordinal) => "Correct the input and run the command again.",
        _ => "See docs/errors.md for this code.",
    };
}
