using System.Collections.Frozen;
using Aurora.Core.Errors;

namespace Aurora.Cli;

/// <summary>The program's exit codes (aurora-spec section 9) and, as one table, which error ends with which. Scripts rely on them.</summary>
internal static class ExitCodes
{
    internal const int Ok = 0;
    internal const int Usage = 2;
    internal const int InvalidConfiguration = 3;
    internal const int CommandFailure = 4;
    internal const int InvalidParameter = 6;
    internal const int Network = 7;
    internal const int Timeout = 9;
    internal const int ApiError = 10;
    internal const int Unknown = 20;
    internal const int Auth = 30;
    internal const int Interrupted = 130;

    private static readonly FrozenDictionary<string, int> ByCode = new Dictionary<string, int>
    {
        [ErrorCodes.FileNotFound] = InvalidConfiguration,
        [ErrorCodes.FileSyntax] = InvalidConfiguration,
        [ErrorCodes.PythonMissing] = InvalidConfiguration,
        [ErrorCodes.PythonFailed] = InvalidConfiguration,
        [ErrorCodes.JobNotInFile] = InvalidConfiguration,
        [ErrorCodes.JobAmbiguous] = InvalidConfiguration,
        [ErrorCodes.UnknownFileFormat] = InvalidConfiguration,
        [ErrorCodes.UnknownField] = InvalidConfiguration,
        [ErrorCodes.WrongType] = InvalidConfiguration,
        [ErrorCodes.RequiredField] = InvalidConfiguration,
        [ErrorCodes.OutOfRange] = InvalidConfiguration,
        [ErrorCodes.InvalidIdentifier] = InvalidConfiguration,
        [ErrorCodes.UnboundVariable] = InvalidConfiguration,
        [ErrorCodes.InvalidOrder] = InvalidConfiguration,
        [ErrorCodes.InvalidCombination] = InvalidConfiguration,
        [ErrorCodes.DuplicateName] = InvalidConfiguration,
        [ErrorCodes.NotSupportedYet] = InvalidConfiguration,
        [ErrorCodes.MalformedJobKey] = InvalidParameter,
        [ErrorCodes.InvalidArgument] = InvalidParameter,
        [ErrorCodes.MalformedInstances] = InvalidParameter,
        [ErrorCodes.JobExists] = CommandFailure,
        [ErrorCodes.JobNotFound] = InvalidParameter,
        [ErrorCodes.JobUpdating] = ApiError,
        [ErrorCodes.UpdateNotFound] = InvalidParameter,
        [ErrorCodes.TaskNotFound] = InvalidParameter,
        [ErrorCodes.LogNotFound] = InvalidParameter,
        [ErrorCodes.WrongCluster] = ApiError,
        [ErrorCodes.NotAService] = ApiError,
        [ErrorCodes.CommandReused] = ApiError,
        [ErrorCodes.SandboxFileNotFound] = InvalidParameter,
        [ErrorCodes.WorkerNotFound] = InvalidParameter,
        [ErrorCodes.QuotaExceeded] = ApiError,
        [ErrorCodes.UnknownTier] = InvalidConfiguration,
        [ErrorCodes.DrainEnded] = CommandFailure,
        [ErrorCodes.UnknownCluster] = InvalidConfiguration,
        [ErrorCodes.ClusterUnreachable] = Network,
        [ErrorCodes.Timeout] = Timeout,
        [ErrorCodes.NotReady] = Network,
        [ErrorCodes.Unauthorized] = Auth,
        [ErrorCodes.InvalidClusterFile] = InvalidConfiguration,
        [ErrorCodes.WorkerUnreachable] = Network,
        [ErrorCodes.ProtocolError] = ApiError,
        [ErrorCodes.RoleUnknown] = CommandFailure,
        [ErrorCodes.RoleRefused] = CommandFailure,
        [ErrorCodes.LaunchFailed] = CommandFailure,
        [ErrorCodes.SandboxFailed] = CommandFailure,
        [ErrorCodes.TaskFailed] = CommandFailure,
        [ErrorCodes.LimitExceeded] = CommandFailure,
        [ErrorCodes.Unhealthy] = CommandFailure,
        [ErrorCodes.PortsUnavailable] = CommandFailure,
        [ErrorCodes.InvalidConfiguration] = InvalidConfiguration,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The exit code of an error; <see cref="Unknown"/> for a code that only a newer broker knows.</summary>
    internal static int Of(string errorCode) => ByCode.GetValueOrDefault(errorCode, Unknown);

    /// <summary>Whether the table has a row for the code; a test asks for each.</summary>
    internal static bool Knows(string errorCode) => ByCode.ContainsKey(errorCode);
}
