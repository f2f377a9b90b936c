using Aurora.Core.Errors;
using Aurora.Core.Jobs;

namespace Aurora.PowerShell.Commands;

/// <summary>Reads the -TaskId of cmdlets.</summary>
internal static class TaskIds
{
    /// <exception cref="AuroraException">AUR1202: not a task id.</exception>
    internal static TaskId? Read(string? text) => text is null ? null
        : TaskId.IsValid(text) ? new TaskId(text)
        : throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, "TaskId", text, "is not a task id: letters, digits, '_' and '-'"));
}
