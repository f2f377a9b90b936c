using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Aurora.Worker.Native;

namespace Aurora.Worker.Processes.Windows;

/// <summary>
/// Asks process groups to end with CTRL_BREAK. That goes only through a console that the sender shares. Each run has a hidden console of its own (CREATE_NO_WINDOW), so that closing
/// the agent's window ends no task; the agent leaves its own console, joins the run's for a moment, and comes back to its parent's. Weak where a process has left its
/// console (FreeConsole, DETACHED_PROCESS, a window program): it hears nothing, and is killed when its time is over.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class WindowsConsole
{
    private const uint ControlBreak = 1;
    private const int ParentProcess = -1;

    /// <summary>A process has one console at a time, so all of this is one after the other.</summary>
    private static readonly Lock Gate = new();

    /// <summary>Sends CTRL_BREAK to a group.</summary>
    /// <param name="leader">The process that leads it, which lives.</param>
    /// <returns>Null when it was sent; otherwise why not.</returns>
    public static string? Break(int leader)
    {
        lock (Gate)
        {
            var had = WindowsKernel.FreeConsole();
            var fault = WindowsKernel.AttachConsole(leader) ? Send(leader) : Fault("AttachConsole");
            WindowsKernel.FreeConsole();
            if (had)
            {
                WindowsKernel.AttachConsole(ParentProcess);
            }

            return fault;
        }
    }

    private static string? Send(int leader) => WindowsKernel.SendControl(ControlBreak, leader) ? null : Fault("GenerateConsoleCtrlEvent");

    private static string Fault(string call) => $"{call}: {Marshal.GetLastPInvokeErrorMessage()}";
}
