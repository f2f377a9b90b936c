using Aurora.Shim.Native;
using Aurora.Shim.Protocol;

namespace Aurora.Shim.Runs;

/// <summary>Says which step of a launch failed: posix_spawn gives the errno only.</summary>
internal static class SpawnFaults
{
    /// <summary>Stands for an errno: this shim is ending, and another one has to be asked.</summary>
    public const int Closing = -1;

    /// <summary>Stands for an errno: the message says everything.</summary>
    public const int Refused = -2;

    /// <summary>Looks for what the errno is about, as the role, in the order of the steps.</summary>
    /// <param name="command">What could not be started.</param>
    /// <param name="errno">The errno.</param>
    /// <returns>The fault in words.</returns>
    public static string Explain(SpawnCommand command, int errno)
    {
        var reason = Libc.Describe(errno);
        foreach (var log in new[] { command.TextAt(command.StandardOutput), command.TextAt(command.StandardError) })
        {
            if (!CanAppend(log))
            {
                return $"the log file {log} cannot be written: {reason}";
            }
        }

        var folder = command.TextAt(command.WorkingDirectory);
        return CanEnter(folder) ? $"{command.TextAt(command.Arguments[0])} cannot be executed: {reason}" : $"the working directory {folder} cannot be entered: {reason}";
    }

    private static bool CanAppend(string path) => CloseIfOpen(Libc.Open(path, Libc.OpenWriteOnly | Libc.OpenAppend | Libc.OpenCloseOnExec, 0));

    private static bool CanEnter(string path) => CloseIfOpen(Libc.Open($"{path}/.", Libc.OpenPath | Libc.OpenCloseOnExec, 0));

    private static bool CloseIfOpen(int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = Libc.Close(descriptor);
        }

        return descriptor >= 0;
    }
}
