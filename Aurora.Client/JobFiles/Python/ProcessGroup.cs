using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aurora.Client.JobFiles.Python;

/// <summary>Ends a process together with everything that it started.</summary>
internal static class ProcessGroup
{
    private const int SignalKill = 9;

    /// <summary>
    /// Ends the process, its descendants, and on Unix its process group, which evaluate.py makes its own: it still holds children whose parent has gone.
    /// The process must not have been waited for, so that its id cannot belong to another one.
    /// </summary>
    public static void Kill(Process process)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SendSignal(-process.Id, SignalKill); // fails when python has not come to make its group; then it has no children either
        }

        process.Kill(entireProcessTree: true);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SendSignal(int pid, int signal);
}
