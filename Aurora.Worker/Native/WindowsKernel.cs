using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Aurora.Worker.Native;

/// <summary>The calls of Windows's kernel32 that .NET has no way to: job objects, suspended processes with chosen handles, control events. Windows only.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class WindowsKernel
{
    private const string Library = "kernel32.dll";

    /// <summary>Makes a named job object, or opens the one that has the name.</summary>
    [LibraryImport(Library, EntryPoint = "CreateJobObjectW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    public static partial SafeFileHandle CreateJob(nint security, string name);

    /// <summary>Opens a named job object.</summary>
    [LibraryImport(Library, EntryPoint = "OpenJobObjectW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    public static partial SafeFileHandle OpenJob(uint access, [MarshalAs(UnmanagedType.Bool)] bool inherit, string name);

    /// <summary>Puts a process into a job.</summary>
    [LibraryImport(Library, EntryPoint = "AssignProcessToJobObject", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool AssignToJob(SafeHandle job, SafeHandle process);

    /// <summary>Ends every process of a job.</summary>
    [LibraryImport(Library, EntryPoint = "TerminateJobObject", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool TerminateJob(SafeHandle job, uint exitCode);

    /// <summary>Ends a process.</summary>
    [LibraryImport(Library, EntryPoint = "TerminateProcess", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool TerminateProcess(SafeHandle process, uint exitCode);

    /// <summary>Sets something of a job.</summary>
    [LibraryImport(Library, EntryPoint = "SetInformationJobObject", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool SetJob(SafeHandle job, int what, void* value, int length);

    /// <summary>Asks something of a job.</summary>
    [LibraryImport(Library, EntryPoint = "QueryInformationJobObject", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool QueryJob(SafeHandle job, int what, void* value, int length, nint returned);

    /// <summary>Starts a process.</summary>
    [LibraryImport(Library, EntryPoint = "CreateProcessW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool CreateProcess(
        string application, char* commandLine, nint processSecurity, nint threadSecurity, [MarshalAs(UnmanagedType.Bool)] bool inherit,
        uint flags, char* environment, string folder, StartupWithAttributes* startup, CreatedProcess* created);

    /// <summary>Lets a suspended thread run.</summary>
    [LibraryImport(Library, EntryPoint = "ResumeThread", SetLastError = true)]
    public static partial uint ResumeThread(SafeHandle thread);

    /// <summary>Prepares a list of attributes of a process to be started.</summary>
    [LibraryImport(Library, EntryPoint = "InitializeProcThreadAttributeList", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool InitializeAttributes(void* list, int count, int flags, nuint* size);

    /// <summary>Adds an attribute to the list.</summary>
    [LibraryImport(Library, EntryPoint = "UpdateProcThreadAttribute", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool UpdateAttribute(void* list, int flags, nuint attribute, void* value, nuint size, nint previous, nint returned);

    /// <summary>Frees what the list holds.</summary>
    [LibraryImport(Library, EntryPoint = "DeleteProcThreadAttributeList")]
    public static partial void DeleteAttributes(void* list);

    /// <summary>Opens or makes a file.</summary>
    [LibraryImport(Library, EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    public static partial SafeFileHandle CreateFile(string path, uint access, uint share, SecurityAttributes* security, uint disposition, uint flags, nint template);

    /// <summary>Makes another handle to the same thing.</summary>
    [LibraryImport(Library, EntryPoint = "DuplicateHandle", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool Duplicate(nint sourceProcess, SafeHandle source, nint targetProcess, out SafeFileHandle target, uint access, [MarshalAs(UnmanagedType.Bool)] bool inherit, uint options);

    /// <summary>Opens a process by its id.</summary>
    [LibraryImport(Library, EntryPoint = "OpenProcess", SetLastError = true)]
    public static partial SafeProcessHandle OpenProcess(uint access, [MarshalAs(UnmanagedType.Bool)] bool inherit, int pid);

    /// <summary>When a process was made and ended, and the time it used, all in 100 ns.</summary>
    [LibraryImport(Library, EntryPoint = "GetProcessTimes", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool ProcessTimes(SafeHandle process, out long created, out long ended, out long kernel, out long user);

    /// <summary>How a process ended; 259 while it lives.</summary>
    [LibraryImport(Library, EntryPoint = "GetExitCodeProcess", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool ExitCode(SafeHandle process, out uint code);

    /// <summary>Waits for a handle; 0 when it is signalled.</summary>
    [LibraryImport(Library, EntryPoint = "WaitForSingleObject", SetLastError = true)]
    public static partial uint Wait(SafeHandle handle, uint milliseconds);

    /// <summary>Sends a control event to a group of processes on this process's console.</summary>
    [LibraryImport(Library, EntryPoint = "GenerateConsoleCtrlEvent", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool SendControl(uint controlEvent, int group);

    /// <summary>Joins the console of a process.</summary>
    [LibraryImport(Library, EntryPoint = "AttachConsole", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool AttachConsole(int pid);

    /// <summary>Has control events handled by a function, which returns 1 for those that end with it.</summary>
    [LibraryImport(Library, EntryPoint = "SetConsoleCtrlHandler", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool HandleControl(delegate* unmanaged<uint, int> handler, [MarshalAs(UnmanagedType.Bool)] bool add);

    /// <summary>Leaves this process's console.</summary>
    [LibraryImport(Library, EntryPoint = "FreeConsole", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool FreeConsole();
}
