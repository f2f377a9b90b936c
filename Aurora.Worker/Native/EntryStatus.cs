using System.Runtime.InteropServices;

namespace Aurora.Worker.Native;

/// <summary>What <c>statx</c> tells of a file, a folder, or whatever else a name stands for; the kernel's layout, the same on every processor.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct EntryStatus
{
    /// <summary>The bit of <see cref="Filled"/> that says that <see cref="Mount"/> is known.</summary>
    public const uint MountKnown = 0x1000;

    /// <summary>Which fields the kernel filled in.</summary>
    [FieldOffset(0)]
    public uint Filled;

    /// <summary>How many names it has.</summary>
    [FieldOffset(16)]
    public uint Links;

    /// <summary>Its owner.</summary>
    [FieldOffset(20)]
    public uint User;

    /// <summary>Its group.</summary>
    [FieldOffset(24)]
    public uint Group;

    /// <summary>Kind and permissions.</summary>
    [FieldOffset(28)]
    public ushort Mode;

    /// <summary>Its number in its file system; hard links share it.</summary>
    [FieldOffset(32)]
    public ulong Inode;

    /// <summary>Its length in bytes.</summary>
    [FieldOffset(40)]
    public ulong Length;

    /// <summary>What it takes on the disk, in units of 512 bytes.</summary>
    [FieldOffset(48)]
    public ulong Blocks;

    /// <summary>When its content changed, in seconds since 1970.</summary>
    [FieldOffset(112)]
    public long ModifiedSeconds;

    /// <summary>The file system's device, its first half.</summary>
    [FieldOffset(136)]
    public uint DeviceMajor;

    /// <summary>The file system's device, its second half.</summary>
    [FieldOffset(140)]
    public uint DeviceMinor;

    /// <summary>The mount, where the kernel tells it (5.8 and later).</summary>
    [FieldOffset(144)]
    public ulong Mount;

    /// <summary>What it is.</summary>
    public readonly EntryKind Kind => (Mode & 0xF000) switch
    {
        0x8000 => EntryKind.File,
        0x4000 => EntryKind.Folder,
        0xA000 => EntryKind.Link,
        0x1000 => EntryKind.Pipe,
        0xC000 => EntryKind.Socket,
        _ => EntryKind.Device,
    };

    /// <summary>Whether two files lie under the same mount. By device alone, a folder of the same file system that is mounted once more would not be seen.</summary>
    /// <param name="other">The other one.</param>
    /// <returns>True when they do.</returns>
    public readonly bool IsOnSameMount(in EntryStatus other) =>
        DeviceMajor == other.DeviceMajor && DeviceMinor == other.DeviceMinor
        && ((Filled & other.Filled & MountKnown) == 0 || Mount == other.Mount);
}

/// <summary>What a name in a folder stands for.</summary>
internal enum EntryKind
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A named pipe.</summary>
    Pipe,

    /// <summary>A socket.</summary>
    Socket,

    /// <summary>A device.</summary>
    Device,
}
