using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Worker.Processes;

namespace Aurora.Worker.Sandbox;

/// <summary>
/// Makes a task's folder tree. The task's folder and <c>logs/PROCESS</c> stay the worker's (a role passes through but changes no name in them, so it can
/// swap no folder for a link while the worker, which may be root, makes folders there); <c>sandbox</c> and <c>logs/PROCESS/RUN</c> are the role's own, mode 0700.
/// Weak spot: a role's supplementary groups are not asked when it is checked whether the role can reach the folder.
/// </summary>
internal static class SandboxMaker
{
    /// <summary>Makes the task's own folder, before anything is known about its role.</summary>
    /// <param name="folder">The task's folder.</param>
    public static void MakeTaskFolder(TaskFolder folder) => Ownership.MakeFolder(folder.Path, Ownership.PassThrough);

    /// <summary>Makes the sandbox and the logs' folder.</summary>
    /// <param name="folder">The task's folder.</param>
    /// <param name="task">The task.</param>
    /// <param name="account">The user that it runs as.</param>
    /// <param name="owner">The user to give the sandbox to; null when the worker's own user runs it.</param>
    /// <returns>Why it cannot be made (AUR4004), or null.</returns>
    public static Fault? Make(TaskFolder folder, TaskConfiguration task, RoleAccount account, RoleAccount? owner)
    {
        if (task.Processes.FirstOrDefault(p => !TaskFolder.IsSafeName(p.Name)) is { } unsafeProcess)
        {
            return new Fault(ErrorCodes.SandboxFailed, "process name", unsafeProcess.Name, "must be 1 to 255 bytes without '/', '\\' and NUL, and not begin with '.'");
        }

        if (owner is not null && Ownership.Barrier(folder.Path, account) is { } barrier)
        {
            return new Fault(
                ErrorCodes.SandboxFailed, "sandbox", folder.Sandbox, $"must be within reach of the user '{account.Name}', who may not pass {barrier}; choose another worker folder");
        }

        try
        {
            Ownership.MakeFolder(folder.Logs, Ownership.PassThrough);
            Ownership.MakeFolder(folder.Sandbox, Ownership.Private, owner);
            if (task.Processes.Any(p => p.Logger is { Destination: "console" or "both" }))
            {
                Ownership.MakeFolder(folder.Console, Ownership.Private, owner);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Fault(ErrorCodes.SandboxFailed, "sandbox", folder.Sandbox, $"cannot be made: {e.Message}");
        }
    }

    /// <summary>Makes the folder for one run's output.</summary>
    /// <param name="folder">The task's folder.</param>
    /// <param name="process">The process's name, a safe one.</param>
    /// <param name="run">The run.</param>
    /// <param name="owner">As in <see cref="Make"/>.</param>
    /// <returns>The folder, and why it cannot be made (AUR4004) when it cannot.</returns>
    public static (string Path, Fault? Fault) MakeRunFolder(TaskFolder folder, string process, int run, RoleAccount? owner)
    {
        var path = folder.RunLogs(process, run);
        try
        {
            Ownership.MakeFolder(Path.GetDirectoryName(path)!, Ownership.PassThrough); // A run's folder always has a parent: the process's.
            Ownership.MakeFolder(path, Ownership.Private, owner);
            return (path, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (path, new Fault(ErrorCodes.SandboxFailed, "log folder", path, $"cannot be made: {e.Message}"));
        }
    }
}
