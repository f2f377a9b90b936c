using System.Globalization;
using System.Runtime.InteropServices;
using Aurora.Shim.Protocol;

namespace Aurora.Shim.Native;

/// <summary>
/// Starts a program by posix_spawn: in its own session, every signal at its default and none blocked, stdin from /dev/null, stdout and stderr
/// appended to files, and no other file of this process left open in it. The vfork inside costs the same however large this process is.
/// </summary>
internal static unsafe class PosixSpawn
{
    private const short SetSignalDefault = 0x04;
    private const short SetSignalMask = 0x08;
    private const short SetSession = 0x80;

    /// <summary>Greater than sizeof(posix_spawnattr_t), posix_spawn_file_actions_t and sigset_t of glibc and musl (336, 80, 128).</summary>
    private const int OpaqueSize = 512;

    /// <summary>Where the child finds the file of its group.</summary>
    private const int GroupFile = 3;

    private static readonly void* Attributes = CreateAttributes();
    private static readonly nint CloseFrom = FindCloseFrom();

    /// <summary>What the child does to come into its group: 126 is what a shell gives where a program cannot be executed.</summary>
    private static ReadOnlySpan<byte> Entering =>
        "echo 0 >&3 || { echo 'aurora: the process could not enter its control group' >&2; exit 126; }; exec \"$@\" 3>&-\0"u8;

    /// <summary>Starts the program. Returns when the child has executed it, or could not.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="logMode">The mode of a stdout or stderr file that has to be made, before the umask.</param>
    /// <param name="groupFile">The group's file that the child writes itself into before it executes the program; -1 for none.</param>
    /// <param name="pid">The child's pid, also its session and group id.</param>
    /// <returns>0, or the errno of the step that failed.</returns>
    public static int Start(SpawnCommand command, uint logMode, int groupFile, out int pid)
    {
        var actions = stackalloc byte[OpaqueSize];
        var started = 0;
        fixed (byte* frame = command.Frame, shell = "/bin/sh\0"u8, option = "-c\0"u8, entering = Entering, name = "sh\0"u8)
        {
            Check(Libc.SpawnActionsInit(actions));
            try
            {
                AddActions(actions, frame, command, logMode, groupFile);
                var byChild = groupFile >= 0;
                var arguments = byChild
                    ? Pointers(frame, command.Arguments, (nint)shell, (nint)option, (nint)entering, (nint)name)
                    : Pointers(frame, command.Arguments);
                var environment = Pointers(frame, command.Environment);
                var program = byChild ? shell : frame + command.Arguments[0];
                int error;
                fixed (nint* argv = arguments, envp = environment)
                {
                    error = Libc.PosixSpawn(&started, program, actions, Attributes, (byte**)argv, (byte**)envp);
                }

                pid = started;
                return error;
            }
            finally
            {
                _ = Libc.SpawnActionsDestroy(actions);
            }
        }
    }

    private static void AddActions(byte* actions, byte* frame, SpawnCommand command, uint logMode, int groupFile)
    {
        const int append = Libc.OpenWriteOnly | Libc.OpenAppend | Libc.OpenCreate;
        fixed (byte* nothing = "/dev/null\0"u8)
        {
            Check(Libc.SpawnActionsAddOpen(actions, 0, nothing, Libc.OpenReadOnly, 0));
        }

        // A FIFO is opened for reading as well: then a process that writes is never told that nobody reads.
        var output = command.Options.Output is null ? append : Libc.OpenReadWrite;
        var error = command.OnePipe || command.Options.Error is not null ? Libc.OpenReadWrite : append;
        Check(Libc.SpawnActionsAddOpen(actions, 1, frame + command.StandardOutput, output, logMode));
        Check(Libc.SpawnActionsAddOpen(actions, 2, frame + command.StandardError, error, logMode));
        Check(Libc.SpawnActionsAddChangeDirectory(actions, frame + command.WorkingDirectory));
        var first = 3;
        if (groupFile >= 0)
        {
            Check(Libc.SpawnActionsAddDuplicate(actions, groupFile, GroupFile));
            first = GroupFile + 1;
        }

        if (CloseFrom != 0)
        {
            Check(((delegate* unmanaged<void*, int, int>)CloseFrom)(actions, first));
            return;
        }

        // A C library without closefrom: what .NET opens is close-on-exec; what this process inherited is named one by one.
        foreach (var open in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            if (int.TryParse(Path.GetFileName(open), NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor) && descriptor >= first)
            {
                Check(Libc.SpawnActionsAddClose(actions, descriptor));
            }
        }
    }

    private static nint[] Pointers(byte* frame, int[] offsets, params ReadOnlySpan<nint> before)
    {
        var pointers = new nint[before.Length + offsets.Length + 1];
        before.CopyTo(pointers);
        for (var i = 0; i < offsets.Length; i++)
        {
            pointers[before.Length + i] = (nint)(frame + offsets[i]);
        }

        return pointers;
    }

    private static void* CreateAttributes()
    {
        var signals = stackalloc byte[OpaqueSize];
        var attributes = NativeMemory.AllocZeroed(OpaqueSize);
        Check(Libc.SpawnAttributesInit(attributes));
        _ = Libc.SignalSetFill(signals);
        Check(Libc.SpawnAttributesSetSignalDefault(attributes, signals));
        _ = Libc.SignalSetEmpty(signals);
        Check(Libc.SpawnAttributesSetSignalMask(attributes, signals));
        Check(Libc.SpawnAttributesSetFlags(attributes, SetSignalDefault | SetSignalMask | SetSession));
        return attributes;
    }

    private static nint FindCloseFrom() =>
        NativeLibrary.TryLoad("libc.so.6", out var library)
        && NativeLibrary.TryGetExport(library, "posix_spawn_file_actions_addclosefrom_np", out var address) ? address : 0;

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new IOException($"posix_spawn could not be prepared: {Libc.Describe(error)}");
        }
    }
}
