using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Aurora.Worker.Native;

/// <summary>The names in an open folder, one after the other, as bytes and in the folder's own order. A name that is removed meanwhile may or may not still come.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class FolderListing : IDisposable
{
    private const int NameInEntry = 19; // struct dirent of 64-bit Linux: inode 8, offset 8, length 2, kind 1, name.
    private static readonly byte[] Here = Libc.Name(".");
    private nint _listing;

    /// <summary>Begins.</summary>
    /// <param name="folder">The folder; opened by path only will do.</param>
    /// <exception cref="IOException">It cannot be listed.</exception>
    public FolderListing(SafeFileHandle folder)
    {
        var handle = Libc.OpenIn((int)folder.DangerousGetHandle(), Here, Libc.ReadOnly | Libc.Directory | Libc.CloseOnExec);
        _listing = handle < 0 ? 0 : Libc.OpenListing(handle);
        if (_listing == 0)
        {
            throw new IOException($"the folder cannot be listed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>The next name.</summary>
    /// <returns>The name with a NUL at its end, or null at the end.</returns>
    /// <exception cref="IOException">The rest cannot be listed.</exception>
    public byte[]? Next()
    {
        while (Libc.NextEntry(_listing) is not 0 and var entry)
        {
            var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)entry + NameInEntry);
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                return [.. name, 0];
            }
        }

        return Marshal.GetLastPInvokeError() == 0 ? null : throw new IOException($"the folder cannot be listed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _listing, 0) is not 0 and var listing)
        {
            _ = Libc.CloseListing(listing);
        }
    }
}
