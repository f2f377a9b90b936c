using Microsoft.Win32.SafeHandles;

namespace Aurora.Worker.Sandbox;

/// <summary>A regular file that <see cref="SafeFolder"/> has opened for reading.</summary>
/// <param name="handle">Its handle; closed here.</param>
/// <param name="inode">Its number in its file system; 0 where that is not known.</param>
internal sealed class SafeFile(SafeFileHandle handle, ulong inode) : IDisposable
{
    /// <summary>Its number in its file system: the same for as long as it is open, whatever it is renamed to. 0 where that is not known.</summary>
    public ulong Inode => inode;

    /// <summary>Its length now, in bytes.</summary>
    public long Length => RandomAccess.GetLength(handle);

    /// <summary>Reads.</summary>
    /// <param name="offset">From which byte, 0 or more.</param>
    /// <param name="maxBytes">At most so many bytes.</param>
    /// <param name="length">As much of the file as may be read, in bytes.</param>
    /// <returns>The bytes; fewer when the file has become shorter meanwhile.</returns>
    public byte[] Read(long offset, int maxBytes, long length)
    {
        var data = new byte[Math.Max(0, Math.Min(maxBytes, length - offset))];
        var filled = 0;
        while (filled < data.Length && RandomAccess.Read(handle, data.AsSpan(filled), offset + filled) is > 0 and var read)
        {
            filled += read;
        }

        return filled == data.Length ? data : data[..filled];
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
