using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Aurora.Worker.Native;

/// <summary>The calls of the C library that .NET has no way to, for files that another user may tamper with. Linux only.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class Libc
{
    /// <summary>Read only.</summary>
    public const int ReadOnly = 0;

    /// <summary>Does not wait, for example on a FIFO without a writer.</summary>
    public const int NonBlocking = 0x800;

    /// <summary>Not inherited by children.</summary>
    public const int CloseOnExec = 0x80000;

    /// <summary>For <see cref="OpenAt(int, string, int)"/>: relative to the working directory.</summary>
    public const int WorkingDirectory = -100;

    /// <summary>For <see cref="Look(int)"/>: look at the handle itself.</summary>
    public const int EmptyPath = 0x1000;

    private const int LinksThemselves = 0x100;
    private const uint BasicStats = 0x7ff;

    /// <summary>Fails on a symbolic link in the last component. Its value differs between processors.</summary>
    public static int NoFollow => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    /// <summary>Fails on anything but a folder. Its value differs between processors.</summary>
    public static int Directory => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : 0x10000;

    /// <summary>Opens a file in a folder.</summary>
    /// <param name="folder">The folder's handle.</param>
    /// <param name="name">The name.</param>
    /// <param name="flags">How.</param>
    /// <returns>The handle, or -1.</returns>
    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenAt(int folder, string name, int flags);

    /// <summary>Opens a file in a folder by a name that need not be text.</summary>
    /// <param name="folder">The folder's handle.</param>
    /// <param name="name">The name, closed by a zero.</param>
    /// <param name="flags">How.</param>
    /// <returns>The handle, or -1.</returns>
    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int folder, byte* name, int flags);

    /// <summary>Closes a handle.</summary>
    /// <param name="handle">The handle.</param>
    /// <returns>0, or -1.</returns>
    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int handle);

    /// <summary>Reads the next entries of an open folder, in the kernel's form (<c>struct linux_dirent64</c>).</summary>
    /// <param name="folder">The folder's handle.</param>
    /// <param name="buffer">Where to.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <returns>How many bytes were read; 0 at the end, -1 on failure.</returns>
    public static long ReadFolder(int folder, void* buffer, int size) => SystemCall(ReadFolderCall, folder, (nint)buffer, size);

    /// <summary>Changes the owner of what an absolute path names; does not follow a link at its end.</summary>
    /// <param name="path">The path.</param>
    /// <param name="uid">The user.</param>
    /// <param name="gid">The group.</param>
    /// <returns>0, or -1.</returns>
    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, uint uid, uint gid);

    /// <summary>The effective user.</summary>
    /// <returns>Its id.</returns>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    /// <summary>Looks at a file by path, following links.</summary>
    /// <param name="path">The path.</param>
    /// <returns>What it is, or null when there is nothing or it cannot be looked at.</returns>
    public static EntryStatus? Look(string path) => StatX(WorkingDirectory, path, 0, BasicStats | EntryStatus.MountKnown, out var status) == 0 ? status : null;

    /// <summary>Looks at an open file.</summary>
    /// <param name="handle">Its handle.</param>
    /// <returns>What it is.</returns>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static EntryStatus Look(int handle) => StatX(handle, "", EmptyPath, BasicStats | EntryStatus.MountKnown, out var status) == 0
        ? status
        : throw new IOException($"statx failed: {Marshal.GetLastPInvokeErrorMessage()}");

    /// <summary>Looks at what is in a folder, at a link itself and not where it leads.</summary>
    /// <param name="folder">The folder's handle.</param>
    /// <param name="name">The name, closed by a zero.</param>
    /// <returns>What it is, or null when there is nothing or it cannot be looked at.</returns>
    public static EntryStatus? LookNoFollow(int folder, byte* name) =>
        StatX(folder, name, LinksThemselves, BasicStats | EntryStatus.MountKnown, out var status) == 0 ? status : null;

    private static int ReadFolderCall => RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm ? 217 : 61;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint argument1, nint argument2, nint argument3);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int StatX(int folder, byte* path, int flags, uint mask, out EntryStatus status);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, out EntryStatus status);
}
