using System.Runtime.InteropServices;
using System.Text;

namespace Aurora.Worker.Native;

/// <summary>The calls that work on names in an open folder. Names are bytes: a job may choose some that are no UTF-8, and such a file must be removable too.</summary>
internal static partial class Libc
{
    /// <summary>Opens a name without opening what it stands for: a device is not touched, a pipe not waited for, a link not followed.</summary>
    public const int PathOnly = 0x200000;

    /// <summary>For <see cref="Remove"/>: a folder.</summary>
    public const int RemoveFolder = 0x200;

    /// <summary>There is no such name.</summary>
    public const int NoEntry = 2;

    /// <summary>It is a folder.</summary>
    public const int IsFolder = 21;

    /// <summary>The name is too long.</summary>
    public const int NameTooLong = 36;

    private const int DoNotFollow = 0x100;

    /// <summary>A name as the calls take it.</summary>
    /// <param name="name">The name.</param>
    /// <returns>UTF-8 with a NUL at its end.</returns>
    public static byte[] Name(string name) => Encoding.UTF8.GetBytes(name + '\0');

    /// <summary>Looks at an open file or folder, opened only by path included.</summary>
    /// <param name="handle">Its handle.</param>
    /// <param name="status">What it is.</param>
    /// <returns>Whether it could be looked at.</returns>
    public static bool TryLook(int handle, out EntryStatus status) => StatEntry(handle, Name(""), EmptyPath, BasicStats | EntryStatus.MountKnown, out status) == 0;

    /// <summary>Looks at a name in a folder; does not follow a link.</summary>
    /// <param name="folder">The folder's handle.</param>
    /// <param name="name">The name, with a NUL at its end.</param>
    /// <param name="status">What it is.</param>
    /// <returns>Whether it is there and could be looked at.</returns>
    public static bool TryLookIn(int folder, byte[] name, out EntryStatus status) => StatEntry(folder, name, DoNotFollow, BasicStats | EntryStatus.MountKnown, out status) == 0;

    /// <summary>Opens a name in a folder.</summary>
    /// <param name="folder">The folder's handle.</param>
    /// <param name="name">The name, with a NUL at its end.</param>
    /// <param name="flags">How.</param>
    /// <returns>The handle, or -1.</returns>
    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenIn(int folder, byte[] name, int flags);

    /// <summary>Removes a name from a folder; a link itself and not what it leads to.</summary>
    /// <param name="folder">The folder's handle.</param>
    /// <param name="name">The name, with a NUL at its end.</param>
    /// <param name="flags">0, or <see cref="RemoveFolder"/>.</param>
    /// <returns>0, or -1.</returns>
    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int Remove(int folder, byte[] name, int flags);

    /// <summary>Moves a name from one folder to another one.</summary>
    /// <param name="from">The folder's handle.</param>
    /// <param name="name">The name, with a NUL at its end.</param>
    /// <param name="to">The other folder's handle.</param>
    /// <param name="newName">The new name, with a NUL at its end.</param>
    /// <returns>0, or -1.</returns>
    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true)]
    public static partial int Move(int from, byte[] name, int to, byte[] newName);

    /// <summary>Changes permissions; follows links.</summary>
    /// <param name="path">The path, with a NUL at its end.</param>
    /// <param name="mode">The permissions.</param>
    /// <returns>0, or -1.</returns>
    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true)]
    public static partial int ChangeMode(byte[] path, uint mode);

    /// <summary>Begins to list a folder. The handle goes over to the listing.</summary>
    /// <param name="handle">The folder's handle, opened for reading.</param>
    /// <returns>The listing, or 0.</returns>
    [LibraryImport("libc", EntryPoint = "fdopendir", SetLastError = true)]
    public static partial nint OpenListing(int handle);

    /// <summary>The next entry of a listing.</summary>
    /// <param name="listing">The listing.</param>
    /// <returns>A <c>dirent</c> that stays until the next call; 0 at the end.</returns>
    [LibraryImport("libc", EntryPoint = "readdir", SetLastError = true)]
    public static partial nint NextEntry(nint listing);

    /// <summary>Ends a listing.</summary>
    /// <param name="listing">The listing.</param>
    /// <returns>0, or -1.</returns>
    [LibraryImport("libc", EntryPoint = "closedir", SetLastError = true)]
    public static partial int CloseListing(nint listing);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int StatEntry(int folder, byte[] path, int flags, uint mask, out EntryStatus status);
}
