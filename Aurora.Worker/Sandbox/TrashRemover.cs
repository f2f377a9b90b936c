using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Aurora.Worker.Native;
using Microsoft.Win32.SafeHandles;

namespace Aurora.Worker.Sandbox;

/// <summary>
/// Removes everything in the trash, whatever a job made of it. A folder that is not empty is emptied where it is; the folders in it are moved up into the trash first and come
/// to their turn there. So no tree is too deep, no path too long and one folder is open at a time; names are bytes, links are removed and not followed, permissions are
/// given back where they were taken, and what is mounted below is not touched (it cannot be moved). What cannot be removed does not keep the rest.
/// </summary>
internal static class TrashRemover
{
    private const uint OwnerOnly = 0x1C0; // 0700

    /// <summary>Empties a folder that nobody but the worker writes in.</summary>
    /// <param name="trash">The folder.</param>
    /// <param name="cancellationToken">Stops between two names; the next call goes on.</param>
    /// <returns>Why something is left, once per folder that could not be removed.</returns>
    public static IReadOnlyList<string> Empty(string trash, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsLinux())
        {
            return EmptyByHandle(trash, cancellationToken);
        }

        var failures = new List<string>();
        foreach (var left in Directory.EnumerateDirectories(trash).TakeWhile(_ => !cancellationToken.IsCancellationRequested))
        {
            try
            {
                Directory.Delete(left, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                failures.Add(e.Message);
            }
        }

        return failures;
    }

    [SupportedOSPlatform("linux")]
    private static List<string> EmptyByHandle(string trash, CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        using var root = Open(Libc.WorkingDirectory, Libc.Name(trash)) ?? throw new IOException($"{trash} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        var failed = new HashSet<string>(StringComparer.Ordinal);
        while (!cancellationToken.IsCancellationRequested)
        {
            var names = Names(root).Where(name => !failed.Contains(Convert.ToHexString(name))).ToArray();
            if (names.Length == 0)
            {
                break;
            }

            foreach (var name in names.TakeWhile(_ => !cancellationToken.IsCancellationRequested))
            {
                if (RemoveOne(root, name, cancellationToken) is { } failure)
                {
                    failures.Add($"{Path.Combine(trash, Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1)))}: {failure}");
                    _ = failed.Add(Convert.ToHexString(name));
                }
            }
        }

        return failures;
    }

    // Removes a name in the trash, or empties it as far as it goes: the folders in it are names in the trash afterwards.
    [SupportedOSPlatform("linux")]
    private static string? RemoveOne(SafeFileHandle root, byte[] name, CancellationToken cancellationToken)
    {
        var trash = (int)root.DangerousGetHandle();
        if (Libc.Remove(trash, name, 0) == 0 || Libc.Remove(trash, name, Libc.RemoveFolder) == 0)
        {
            return null;
        }

        try
        {
            using var folder = OpenForEmptying(trash, name);
            if (folder is null)
            {
                return Marshal.GetLastPInvokeErrorMessage();
            }

            var failure = EmptyOne(root, folder, cancellationToken);
            if (cancellationToken.IsCancellationRequested || Libc.Remove(trash, name, Libc.RemoveFolder) == 0 || Marshal.GetLastPInvokeError() == Libc.NoEntry)
            {
                return null;
            }

            return failure ?? Marshal.GetLastPInvokeErrorMessage();
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    [SupportedOSPlatform("linux")]
    private static string? EmptyOne(SafeFileHandle root, SafeFileHandle folder, CancellationToken cancellationToken)
    {
        var number = (int)folder.DangerousGetHandle();
        string? failure = null;
        foreach (var name in Names(folder).TakeWhile(_ => !cancellationToken.IsCancellationRequested))
        {
            if (Libc.Remove(number, name, 0) == 0 || Libc.Remove(number, name, Libc.RemoveFolder) == 0)
            {
                continue;
            }

            // A folder that moves to another parent must be writable itself (its ".." changes).
            OpenForEmptying(number, name)?.Dispose();
            if (Libc.Move(number, name, (int)root.DangerousGetHandle(), Libc.Name(Guid.NewGuid().ToString("N"))) != 0)
            {
                failure ??= $"'{Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1))}' in it: {Marshal.GetLastPInvokeErrorMessage()}";
            }
        }

        return failure;
    }

    [SupportedOSPlatform("linux")]
    private static SafeFileHandle? OpenForEmptying(int parent, byte[] name)
    {
        var folder = Open(parent, name);
        if (folder is not null && Libc.TryLook((int)folder.DangerousGetHandle(), out var status) && (status.Mode & OwnerOnly) != OwnerOnly)
        {
            _ = Libc.ChangeMode(Libc.Name($"/proc/self/fd/{folder.DangerousGetHandle()}"), OwnerOnly); // Best effort; what follows says when it was not enough.
        }

        return folder;
    }

    [SupportedOSPlatform("linux")]
    private static SafeFileHandle? Open(int parent, byte[] name)
    {
        var number = Libc.OpenIn(parent, name, Libc.PathOnly | Libc.Directory | Libc.NoFollow | Libc.CloseOnExec);
        return number < 0 ? null : new SafeFileHandle(number, ownsHandle: true);
    }

    // The names as they are before anything of them is removed: a listing that goes on while names go away may leave some out.
    [SupportedOSPlatform("linux")]
    private static List<byte[]> Names(SafeFileHandle folder)
    {
        var names = new List<byte[]>();
        using var listing = new FolderListing(folder);
        while (listing.Next() is { } name)
        {
            names.Add(name);
        }

        return names;
    }
}
