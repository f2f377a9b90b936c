using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Aurora.Worker.Native;
using Microsoft.Win32.SafeHandles;

namespace Aurora.Worker.Processes.Windows;

/// <summary>A process that was made and does not run yet.</summary>
/// <param name="Process">The process.</param>
/// <param name="Thread">Its only thread.</param>
/// <param name="Pid">Its id.</param>
/// <param name="CreatedAt">When it was made, a FILETIME.</param>
[SupportedOSPlatform("windows")]
internal sealed record SuspendedProcess(SafeProcessHandle Process, SafeFileHandle Thread, int Pid, long CreatedAt) : IDisposable
{
    /// <summary>Lets it run.</summary>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    public void Resume()
    {
        if (WindowsKernel.ResumeThread(Thread) == uint.MaxValue)
        {
            throw new Win32Exception();
        }
    }

    /// <summary>Closes the thread's handle; the process's is the run's.</summary>
    public void Dispose() => Thread.Dispose();
}

/// <summary>
/// Makes processes that do not run yet, in a process group and on a hidden console of their own, so that closing the agent's window ends no task. They inherit nothing but NUL,
/// their two output files and handles to their jobs and their stop event, which may only look at these, and keep the names alive.
/// </summary>
[SupportedOSPlatform("windows")]
internal static unsafe class WindowsStarter
{
    private const uint Suspended = 0x4;
    private const uint NewProcessGroup = 0x200;
    private const uint UnicodeEnvironment = 0x400;
    private const uint ExtendedStartup = 0x80000;
    private const uint OwnHiddenConsole = 0x8000000;
    private const nuint HandleList = 0x20002;
    private const int UseStandardHandles = 0x100;
    private const uint GenericRead = 0x80000000;
    private const uint AppendAndSynchronize = 0x4 | 0x100000;
    private const uint QueryJobAndSynchronize = 0x4 | 0x100000;
    private const uint OnlySynchronize = 0x100000;
    private const uint ShareAll = 0x7;
    private const uint OpenExisting = 3;
    private const uint OpenAlways = 4;
    private const nint ThisProcess = -1;

    /// <summary>Makes the process.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="jobs">The jobs whose names it keeps alive; it is in none of them yet.</param>
    /// <param name="stop">The event that asks it to end; its name is kept alive too.</param>
    /// <returns>The process.</returns>
    /// <exception cref="Win32Exception">It cannot be made.</exception>
    public static SuspendedProcess Create(LaunchRequest request, IReadOnlyList<WindowsJob> jobs, SafeWaitHandle stop)
    {
        using var input = OpenFile("NUL", GenericRead, OpenExisting);
        using var output = OpenOutput(request.StandardOutput);
        using var error = request.StandardError == request.StandardOutput ? Inheritable(output, 0, 2) : OpenOutput(request.StandardError);
        var kept = jobs.Select(j => Inheritable(j.Handle, QueryJobAndSynchronize, 0)).Append(Inheritable(stop, OnlySynchronize, 0)).ToList();
        try
        {
            return Create(request, [input, output, error, .. kept]);
        }
        finally
        {
            kept.ForEach(k => k.Dispose());
        }
    }

    private static SuspendedProcess Create(LaunchRequest request, SafeFileHandle[] inherited)
    {
        // The vector of handles must stay where it is until the process has been made.
        var handles = Array.ConvertAll(inherited, h => h.DangerousGetHandle());
        var commandLine = $"{WindowsCommandLine.Join(request.Arguments)}\0".ToCharArray();
        nuint size = 0;
        WindowsKernel.InitializeAttributes(null, 1, 0, &size);
        var attributes = NativeMemory.AllocZeroed(size);
        try
        {
            Check(WindowsKernel.InitializeAttributes(attributes, 1, 0, &size));
            fixed (nint* list = handles)
            fixed (char* line = commandLine)
            fixed (char* environment = WindowsCommandLine.EnvironmentBlock(WithSystemRoot(request.Environment)))
            {
                Check(WindowsKernel.UpdateAttribute(attributes, 0, HandleList, list, (nuint)(handles.Length * sizeof(nint)), 0, 0));
                var startup = new StartupWithAttributes
                {
                    Size = sizeof(StartupWithAttributes),
                    Flags = UseStandardHandles,
                    Input = handles[0],
                    Output = handles[1],
                    Error = handles[2],
                    Attributes = (nint)attributes,
                };
                CreatedProcess created;
                Check(WindowsKernel.CreateProcess(
                    request.Arguments[0], line, 0, 0, true, Suspended | NewProcessGroup | UnicodeEnvironment | ExtendedStartup | OwnHiddenConsole,
                    environment, request.WorkingDirectory, &startup, &created));
                return Made(created);
            }
        }
        finally
        {
            WindowsKernel.DeleteAttributes(attributes);
            NativeMemory.Free(attributes);
        }
    }

    // Without it the system's own libraries (sockets, cryptography) cannot be loaded; a system that starts a process always gives it.
    private static Dictionary<string, string> WithSystemRoot(IReadOnlyDictionary<string, string> environment)
    {
        var whole = new Dictionary<string, string>(environment, StringComparer.Ordinal);
        if (!environment.Keys.Contains("SystemRoot", StringComparer.OrdinalIgnoreCase))
        {
            whole["SystemRoot"] = Environment.GetFolderPath(Environment.SpecialFolder.Windows);
        }

        return whole;
    }

    private static SuspendedProcess Made(CreatedProcess created)
    {
        var process = new SafeProcessHandle(created.Process, ownsHandle: true);
        Check(WindowsKernel.ProcessTimes(process, out var createdAt, out _, out _, out _));
        return new SuspendedProcess(process, new SafeFileHandle(created.Thread, ownsHandle: true), created.Pid, createdAt);
    }

    // Append access without write access: every write goes to the end of the file, whoever else writes or truncates.
    private static SafeFileHandle OpenOutput(OutputTarget target) =>
        target.File is { } file ? OpenFile(file, AppendAndSynchronize, OpenAlways) : OpenFile("NUL", AppendAndSynchronize, OpenExisting);

    private static SafeFileHandle OpenFile(string path, uint access, uint disposition)
    {
        var inherit = new SecurityAttributes { Length = sizeof(SecurityAttributes), Inherit = 1 };
        var handle = WindowsKernel.CreateFile(path, access, ShareAll, &inherit, disposition, 0, 0);
        return handle.IsInvalid ? throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{path}: {Marshal.GetLastPInvokeErrorMessage()}") : handle;
    }

    private static SafeFileHandle Inheritable(SafeHandle handle, uint access, uint options)
    {
        Check(WindowsKernel.Duplicate(ThisProcess, handle, ThisProcess, out var copy, access, true, options));
        return copy;
    }

    private static void Check(bool done)
    {
        if (!done)
        {
            throw new Win32Exception();
        }
    }
}
