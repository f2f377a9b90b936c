using System.Runtime.Versioning;
using Aurora.Worker.Native;

namespace Aurora.Worker.Processes.Windows;

/// <summary>
/// Asks process groups to end with CTRL_BREAK. That goes only through a console that the sender shares: processes are started on the agent's own, and an agent without one (a
/// service) makes a hidden one. A process that an earlier agent started sits on that agent's console; this one joins it for a moment. Weak where a
/// process has left its console (FreeConsole, DETACHED_PROCESS, a window program): it hears nothing, and is killed when its time is over.
/// </summary>
[SupportedOSPlatform("windows")]
internal static unsafe class WindowsConsole
{
    private const uint ControlBreak = 1;
    private const int ParentProcess = -1;

    /// <summary>A process has one console at a time, so all of this is one after the other.</summary>
    private static readonly Lock Gate = new();

    /// <summary>Sees to it that there is a console for children to be started on.</summary>
    public static void Ensure()
    {
        lock (Gate)
        {
            if (Processes().Length == 0 && WindowsKernel.AllocConsole() && WindowsKernel.ConsoleWindow() is var window and not 0)
            {
                WindowsKernel.ShowWindow(window, 0);
            }
        }
    }

    /// <summary>Sends CTRL_BREAK to a group.</summary>
    /// <param name="leader">The process that leads it, which lives.</param>
    /// <returns>False when it could not be sent.</returns>
    public static bool Break(int leader)
    {
        lock (Gate)
        {
            if (Processes().Contains(leader))
            {
                return WindowsKernel.SendControl(ControlBreak, leader);
            }

            WindowsKernel.FreeConsole();
            var sent = WindowsKernel.AttachConsole(leader) && WindowsKernel.SendControl(ControlBreak, leader);
            WindowsKernel.FreeConsole();
            if (!WindowsKernel.AttachConsole(ParentProcess))
            {
                Ensure();
            }

            return sent;
        }
    }

    private static int[] Processes()
    {
        for (var room = 64u; ; room *= 4)
        {
            var pids = new int[room];
            fixed (int* start = pids)
            {
                var count = WindowsKernel.ConsoleProcesses(start, room);
                if (count <= room)
                {
                    return pids[..(int)count];
                }
            }
        }
    }
}
