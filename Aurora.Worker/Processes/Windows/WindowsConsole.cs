using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Aurora.Worker.Native;

namespace Aurora.Worker.Processes.Windows;

/// <summary>
/// The helper that asks a run to end: it leaves its own console, joins the run's, sends CTRL_BREAK to everything there, and is gone. A process has one console at a time, and .NET
/// keeps writing to the one it began with; so the agent does not do this itself.
/// </summary>
[SupportedOSPlatform("windows")]
internal static unsafe class WindowsConsole
{
    /// <summary>The first argument of the worker's program as this helper; a pid follows.</summary>
    public const string Argument = "--send-break";

    private const uint ControlBreak = 1;
    private const int Everything = 0;

    /// <summary>Sends CTRL_BREAK to every process on the console of a process.</summary>
    /// <param name="pid">The process, which lives; the caller holds a handle to it.</param>
    /// <returns>The exit code of the helper: 0 when it was sent, else the system's error.</returns>
    public static int Break(int pid)
    {
        WindowsKernel.FreeConsole();
        return WindowsKernel.AttachConsole(pid) && WindowsKernel.HandleControl(&Ignore, true) && WindowsKernel.SendControl(ControlBreak, Everything)
            ? 0
            : Math.Max(Marshal.GetLastPInvokeError(), 1);
    }

    // The helper is on that console too.
    [UnmanagedCallersOnly]
    private static int Ignore(uint controlEvent) => 1;
}
