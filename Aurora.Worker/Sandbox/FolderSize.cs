using System.Runtime.Versioning;
using Aurora.Worker.Native;
using Microsoft.Win32.SafeHandles;

namespace Aurora.Worker.Sandbox;

/// <summary>
/// Measures what a folder takes on the disk: links not followed, a file with several names counted once, nothing that is mounted below it. Weak spot: what lies deeper than
/// 256 folders is not counted, since every level holds a handle open; ordinary programs do not go there.
/// </summary>
internal static class FolderSize
{
    private const int Deepest = 256;

    /// <summary>Measures. What cannot be read or goes away meanwhile is left out.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="cancellationToken">Stops early; the result is then too small.</param>
    /// <returns>Bytes.</returns>
    public static long Measure(string path, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            var all = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
            return new DirectoryInfo(path).EnumerateFiles("*", all).Sum(file => file.Length);
        }

        using var folder = Open(Libc.WorkingDirectory, Libc.Name(path));
        return folder is not null && Libc.TryLook((int)folder.DangerousGetHandle(), out var status) ? Measure(folder, status, 0, [], cancellationToken) : 0;
    }

    [SupportedOSPlatform("linux")]
    private static long Measure(SafeFileHandle folder, EntryStatus root, int depth, HashSet<ulong> seen, CancellationToken cancellationToken)
    {
        var bytes = 0L;
        try
        {
            using var listing = new FolderListing(folder);
            while (!cancellationToken.IsCancellationRequested && listing.Next() is { } name)
            {
                var number = (int)folder.DangerousGetHandle();
                if (!Libc.TryLookIn(number, name, out var status) || !status.IsOnSameMount(root) || (status.Kind != EntryKind.Folder && status.Links > 1 && !seen.Add(status.Inode)))
                {
                    continue;
                }

                bytes += (long)status.Blocks * 512;
                using var inside = status.Kind == EntryKind.Folder && depth < Deepest ? Open(number, name) : null;
                bytes += inside is null ? 0 : Measure(inside, root, depth + 1, seen, cancellationToken);
            }
        }
        catch (IOException)
        {
            // It went away or may not be listed; the rest counts.
        }

        return bytes;
    }

    [SupportedOSPlatform("linux")]
    private static SafeFileHandle? Open(int folder, byte[] name)
    {
        var number = Libc.OpenIn(folder, name, Libc.PathOnly | Libc.Directory | Libc.NoFollow | Libc.CloseOnExec);
        return number < 0 ? null : new SafeFileHandle(number, ownsHandle: true);
    }
}
