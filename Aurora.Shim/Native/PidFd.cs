using Aurora.Shim.Trees;

namespace Aurora.Shim.Native;

/// <summary>Handles to processes that cannot come to mean another process when a pid is used again.</summary>
internal static unsafe class PidFd
{
    private const int SendSignalCall = 424;
    private const int OpenCall = 434;

    /// <summary>Opens a handle to exactly this process.</summary>
    /// <param name="pid">Its pid.</param>
    /// <param name="startTime">Its start time in clock ticks since boot.</param>
    /// <returns>The descriptor, or -1 when the process is gone or its pid belongs to another one now.</returns>
    public static int Open(int pid, long startTime)
    {
        var descriptor = (int)Libc.SystemCall(OpenCall, pid, 0, 0, 0);
        if (descriptor < 0)
        {
            var error = Libc.LastError;
            return error == Libc.Esrch ? -1 : throw new IOException($"pidfd_open of process {pid}: {Libc.Describe(error)}");
        }

        // The handle is read first: should the start time be right now, it was right when the handle was opened.
        if (ProcFs.ReadStat(pid) is { } stat && stat.StartTime == startTime)
        {
            return descriptor;
        }

        _ = Libc.Close(descriptor);
        return -1;
    }

    /// <summary>Sends a signal to exactly this process, if it still is there.</summary>
    /// <param name="pid">Its pid.</param>
    /// <param name="startTime">Its start time in clock ticks since boot.</param>
    /// <param name="signal">The signal's number.</param>
    /// <returns>True when it was sent.</returns>
    public static bool Signal(int pid, long startTime, int signal)
    {
        var descriptor = Open(pid, startTime);
        if (descriptor < 0)
        {
            return false;
        }

        var sent = Libc.SystemCall(SendSignalCall, descriptor, signal, 0, 0) == 0;
        _ = Libc.Close(descriptor);
        return sent;
    }
}
