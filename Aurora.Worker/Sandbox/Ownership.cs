using System.Runtime.InteropServices;
using Aurora.Shim.Trees;
using Aurora.Worker.Native;
using Aurora.Worker.Processes;

namespace Aurora.Worker.Sandbox;

/// <summary>Makes folders with exact modes and owners, whatever the umask is. On Windows modes and owners are left to inheritance.</summary>
internal static class Ownership
{
    /// <summary>0711: the worker's own; others may pass through.</summary>
    public const UnixFileMode PassThrough = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>0700: the owner's alone.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>What the umask takes from a new folder's mode; everything where that is not known. Nothing in this program changes it.</summary>
    private static readonly UnixFileMode Mask = ReadMask();

    /// <summary>Makes a folder in one that nobody but the worker writes in. Nothing happens to what is in it when it is there already.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="mode">Its mode.</param>
    /// <param name="owner">Its owner; null leaves it with the worker's user.</param>
    /// <exception cref="IOException">It could not be made.</exception>
    public static void MakeFolder(string path, UnixFileMode mode, RoleAccount? owner = null)
    {
        var isNew = OperatingSystem.IsLinux() && Aurora.Shim.Native.Libc.MakeFolder(path, (uint)mode) == 0;
        if (!isNew)
        {
            Directory.CreateDirectory(path); // It is there, or one above it is missing, or this says what is wrong.
        }

        if (!OperatingSystem.IsWindows() && !(isNew && (mode & Mask) == 0))
        {
            File.SetUnixFileMode(path, mode);
        }

        if (owner is not null && OperatingSystem.IsLinux() && Libc.ChangeOwner(path, owner.Uid, owner.Gid) != 0)
        {
            throw new IOException($"{path} cannot be given to the user '{owner.Name}': {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private static UnixFileMode ReadMask()
    {
        const string field = "Umask:";
        var line = OperatingSystem.IsLinux()
            ? (ProcFs.ReadText("/proc/self/status") ?? "").Split('\n').FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal))
            : null;
        return line is not null ? (UnixFileMode)Convert.ToInt32(line[field.Length..].Trim(), 8) : (UnixFileMode)0xFFF;
    }

    /// <summary>The first folder on the way to a path that a user cannot pass. A role whose sandbox lies behind one cannot run (typically below <c>/root</c>).</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="account">The user.</param>
    /// <returns>The folder, or null when there is none.</returns>
    public static string? Barrier(string path, RoleAccount account)
    {
        if (!OperatingSystem.IsLinux() || account.Uid == 0)
        {
            return null;
        }

        var ancestors = new Stack<string>();
        for (var folder = path; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            ancestors.Push(folder);
        }

        foreach (var folder in ancestors)
        {
            if (Libc.Look(folder) is { } status && !MayExecute(status, account))
            {
                return folder;
            }
        }

        return null;
    }

    /// <summary>Whether a user may execute a file, or pass a folder, by its mode. Supplementary groups and access lists are not asked.</summary>
    /// <param name="status">The file.</param>
    /// <param name="account">The user.</param>
    /// <returns>True when it may.</returns>
    public static bool MayExecute(EntryStatus status, RoleAccount account)
    {
        var bit = status.User == account.Uid ? 0x40 : status.Group == account.Gid ? 0x8 : 0x1;
        return account.Uid == 0 ? (status.Mode & 0x49) != 0 : (status.Mode & bit) != 0;
    }
}
