using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Aurora.Core.Messages;
using Aurora.Worker.Native;
using Microsoft.Win32.SafeHandles;

namespace Aurora.Worker.Sandbox;

/// <summary>
/// An open folder that another user owns, and what may be read below it for others. The owner may put anything there at any moment while the worker, often root, reads:
/// so every step goes from one open folder to the next without following links; a name is first opened by path only, which touches no device and waits for no pipe;
/// what is then decided about it and what is read are the same file, since the one handle is opened from the other. Refused: links, files with a second name, anything but a
/// regular file, what belongs to another user than the folder, and what is mounted below it. Weak spot: outside Linux there is only a look before the opening.
/// </summary>
internal sealed class SafeFolder : IDisposable
{
    /// <summary>The refusal of a name that is not there.</summary>
    public const string Missing = "does not exist";

    private readonly string _path; // What it was opened by; the way to it where there are no handles.
    private readonly SafeFileHandle? _handle; // null outside Linux
    private readonly EntryStatus _status;

    private SafeFolder(string path, SafeFileHandle? handle, EntryStatus status)
    {
        _path = path;
        _handle = handle;
        _status = status;
    }

    /// <summary>Opens a folder that lies in one that only the worker writes in.</summary>
    /// <param name="path">An absolute path.</param>
    /// <returns>The folder, or why it cannot be opened.</returns>
    public static (SafeFolder? Folder, string? Refusal) Open(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return OpenByPath(path);
        }

        var (handle, status, refusal) = Look(Libc.WorkingDirectory, Libc.Name(path));
        return Folder(path, handle, status, refusal ?? (status.Kind == EntryKind.Folder ? null : NoFolder(status.Kind)));
    }

    /// <summary>Goes one step down.</summary>
    /// <param name="name">A name without <c>/</c>.</param>
    /// <param name="ofAnyone">Whether it may belong to another user than this folder.</param>
    /// <returns>The folder, or why it is not entered.</returns>
    public (SafeFolder? Folder, string? Refusal) Enter(string name, bool ofAnyone = false)
    {
        var path = Path.Combine(_path, name);
        if (_handle is null || !OperatingSystem.IsLinux())
        {
            return OpenByPath(path);
        }

        var (handle, status, refusal) = Look(Number, Libc.Name(name));
        refusal ??= status.Kind != EntryKind.Folder ? NoFolder(status.Kind) : Foreign(status, ofAnyone);
        return Folder(path, handle, status, refusal);
    }

    /// <summary>Opens a file.</summary>
    /// <param name="name">A name without <c>/</c>.</param>
    /// <returns>The file, or why it is not read.</returns>
    public (SafeFile? File, string? Refusal) OpenFile(string name)
    {
        if (_handle is null || !OperatingSystem.IsLinux())
        {
            return OpenFileByPath(Path.Combine(_path, name));
        }

        var (handle, status, refusal) = Look(Number, Libc.Name(name));
        using (handle)
        {
            refusal ??= status switch
            {
                { Kind: not EntryKind.File } => NoFile(status.Kind),
                { Links: 0 } => Missing, // Removed since it was opened, as a rotation does with the oldest file: the same as a moment later.
                { Links: > 1 } => $"has {status.Links} names (hard links); only a file with one name is read",
                _ => Foreign(status, ofAnyone: false),
            };
            if (handle is null || refusal is not null)
            {
                return (null, refusal);
            }

            var number = Libc.OpenIn(
                Libc.WorkingDirectory, Libc.Name($"/proc/self/fd/{handle.DangerousGetHandle()}"), Libc.ReadOnly | Libc.NonBlocking | Libc.CloseOnExec);
            return number < 0
                ? (null, $"cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}")
                : (new SafeFile(new SafeFileHandle(number, ownsHandle: true), status.Inode), null);
        }
    }

    /// <summary>Whether a name is there, and which file it stands for, without following a link.</summary>
    /// <param name="name">A name without <c>/</c>.</param>
    /// <returns>The file's number; 0 when there is none, and outside Linux.</returns>
    public ulong InodeOf(string name) =>
        _handle is not null && OperatingSystem.IsLinux() && Libc.TryLookIn(Number, Libc.Name(name), out var status) ? status.Inode : 0;

    /// <summary>Whether a name is there, a link to nothing included.</summary>
    /// <param name="name">A name without <c>/</c>.</param>
    /// <returns>True when it is.</returns>
    public bool Has(string name) => _handle is null || !OperatingSystem.IsLinux() ? Path.Exists(Path.Combine(_path, name)) : InodeOf(name) != 0;

    /// <summary>Lists the folder. What cannot be looked at (gone meanwhile) is listed as <c>other</c>.</summary>
    /// <param name="most">The most entries; the first by name among the first ten times as many that the folder gives.</param>
    /// <param name="mostCharacters">The most characters of all names together, so that an answer fits into a message.</param>
    /// <returns>The entries by name, and whether there are more.</returns>
    /// <exception cref="IOException">It cannot be listed.</exception>
    public (IReadOnlyList<SandboxEntry> Entries, bool Truncated) List(int most, int mostCharacters)
    {
        var names = Names().Take((most * 10) + 1).ToList();
        var truncated = names.Count > most;
        names.Sort((a, b) => string.CompareOrdinal(a.Shown, b.Shown));
        var entries = new List<SandboxEntry>();
        foreach (var (shown, raw) in names.Take(most))
        {
            mostCharacters -= shown.Length;
            if (mostCharacters < 0)
            {
                return (entries, true);
            }

            entries.Add(Entry(shown, raw));
        }

        return (entries, truncated);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle?.Dispose();

    private int Number => (int)_handle!.DangerousGetHandle(); // Only asked on Linux, where there is always a handle.

    private IEnumerable<(string Shown, byte[] Raw)> Names()
    {
        if (_handle is null || !OperatingSystem.IsLinux())
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(_path))
            {
                yield return (Path.GetFileName(path), []);
            }

            yield break;
        }

        using var listing = new FolderListing(_handle);
        while (listing.Next() is { } name)
        {
            yield return (Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1)), name);
        }
    }

    private SandboxEntry Entry(string shown, byte[] raw)
    {
        if (_handle is null || !OperatingSystem.IsLinux())
        {
            var file = new FileInfo(Path.Combine(_path, shown));
            var kind = (file.Attributes & FileAttributes.ReparsePoint) != 0 ? "link" : (file.Attributes & FileAttributes.Directory) != 0 ? "folder" : "file";
            return new SandboxEntry(shown, kind, kind == "file" && file.Exists ? file.Length : 0, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));
        }

        return Libc.TryLookIn(Number, raw, out var status)
            ? new SandboxEntry(shown, ShownKind(status.Kind), (long)Math.Min(status.Length, long.MaxValue), Time(status.ModifiedSeconds))
            : new SandboxEntry(shown, "other", 0, DateTimeOffset.UnixEpoch);
    }

    // A job may set any time, also one that no DateTimeOffset can hold.
    private static DateTimeOffset Time(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()));

    private static string ShownKind(EntryKind kind) => kind switch
    {
        EntryKind.File => "file",
        EntryKind.Folder => "folder",
        EntryKind.Link => "link",
        _ => "other",
    };

    private static string NoFile(EntryKind kind) => kind == EntryKind.Link ? $"{WhatItIs(kind)}; links are not followed" : $"{WhatItIs(kind)}; only regular files are read";

    private static string NoFolder(EntryKind kind) => kind == EntryKind.Link ? $"{WhatItIs(kind)}; links are not followed" : $"{WhatItIs(kind)}, not a folder";

    private static string WhatItIs(EntryKind kind) => kind switch
    {
        EntryKind.File => "is a file",
        EntryKind.Folder => "is a folder",
        EntryKind.Link => "is a symbolic link",
        EntryKind.Pipe => "is a named pipe",
        EntryKind.Socket => "is a socket",
        _ => "is a device",
    };

    private string? Foreign(in EntryStatus status, bool ofAnyone) => !status.IsOnSameMount(_status)
        ? "lies on another file system, which is mounted there"
        : !ofAnyone && status.User != _status.User ? "belongs to another user than the folder that it is in" : null;

    private static (SafeFolder? Folder, string? Refusal) Folder(string path, SafeFileHandle? handle, EntryStatus status, string? refusal)
    {
        if (refusal is null)
        {
            return (new SafeFolder(path, handle, status), null);
        }

        handle?.Dispose();
        return (null, refusal);
    }

    [SupportedOSPlatform("linux")]
    private static (SafeFileHandle? Handle, EntryStatus Status, string? Refusal) Look(int folder, byte[] name)
    {
        var number = Libc.OpenIn(folder, name, Libc.PathOnly | Libc.NoFollow | Libc.CloseOnExec);
        if (number < 0)
        {
            return (null, default, Marshal.GetLastPInvokeError() switch
            {
                Libc.NoEntry => Missing,
                Libc.NameTooLong => "has a part that is longer than a file's name can be",
                _ => $"cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}",
            });
        }

        var handle = new SafeFileHandle(number, ownsHandle: true);
        return Libc.TryLook(number, out var status) ? (handle, status, null) : (handle, default, $"cannot be looked at: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static (SafeFolder? Folder, string? Refusal) OpenByPath(string path)
    {
        var folder = new DirectoryInfo(path);
        return !folder.Exists ? (null, File.Exists(path) ? NoFolder(EntryKind.File) : Missing)
            : (folder.Attributes & FileAttributes.ReparsePoint) != 0 ? (null, NoFolder(EntryKind.Link))
            : (new SafeFolder(path, null, default), null);
    }

    private static (SafeFile? File, string? Refusal) OpenFileByPath(string path)
    {
        if (!Path.Exists(path))
        {
            return (null, Missing);
        }

        var attributes = File.GetAttributes(path);
        return (attributes & FileAttributes.ReparsePoint) != 0 ? (null, NoFile(EntryKind.Link))
            : (attributes & FileAttributes.Directory) != 0 ? (null, NoFile(EntryKind.Folder))
            : (new SafeFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), 0), null);
    }
}
