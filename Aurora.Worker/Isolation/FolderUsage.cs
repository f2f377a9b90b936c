using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Aurora.Worker.Native;

namespace Aurora.Worker.Isolation;

/// <summary>
/// Measures what folders occupy on disk, while a role may write in them and swap folders for links: it goes from open folder to open folder, never by a path, follows no link,
/// and does not leave the mount. Names are bytes, so a name that is no text hides nothing. A file of several names counts once. Holes do not count.
/// Weak: a file that was removed but is still open is not seen.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class FolderUsage
{
    /// <summary>The most files and folders of one task that are looked at.</summary>
    public const int MostEntries = 1_000_000;

    /// <summary>How deep folders are followed; each holds an open handle meanwhile.</summary>
    public const int Deepest = 500;

    private const int BlockSize = 512;
    private const int BufferSize = 32 * 1024;
    private const int NameOffset = 19;
    private const int NoEntry = 2;
    private const int NotFolder = 20;
    private const int IsLink = 40;
    private const int EntriesPerCancellationCheck = 1000;

    private readonly HashSet<(uint Major, uint Minor, ulong Inode)> _linked = [];
    private readonly CancellationToken _cancellationToken;
    private readonly int _mostEntries;
    private long _blocks;
    private int _entries;
    private bool _whole = true;

    private FolderUsage(int mostEntries, CancellationToken cancellationToken) => (_mostEntries, _cancellationToken) = (mostEntries, cancellationToken);

    /// <summary>Measures folders together. One that does not exist occupies nothing.</summary>
    /// <param name="folders">Absolute paths; nobody but the worker may write in what contains them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="mostEntries">The most files and folders that are looked at.</param>
    /// <returns>What they occupy.</returns>
    public static FolderSize Measure(IEnumerable<string> folders, CancellationToken cancellationToken, int mostEntries = MostEntries)
    {
        var usage = new FolderUsage(mostEntries, cancellationToken);
        foreach (var folder in folders)
        {
            usage.AddRoot(folder);
        }

        return new FolderSize(usage._blocks * BlockSize, usage._whole);
    }

    private void AddRoot(string folder)
    {
        var handle = Libc.OpenAt(Libc.WorkingDirectory, folder, Flags);
        if (handle < 0)
        {
            return;
        }

        try
        {
            var status = Libc.Look(handle);
            _blocks += (long)status.Blocks;
            AddFolder(handle, status, Deepest);
        }
        finally
        {
            Libc.Close(handle);
        }
    }

    private void AddFolder(int handle, in EntryStatus root, int depthLeft)
    {
        foreach (var name in Names(handle))
        {
            if (++_entries > _mostEntries)
            {
                _whole = false;
                return;
            }

            if (_entries % EntriesPerCancellationCheck == 0)
            {
                _cancellationToken.ThrowIfCancellationRequested();
            }

            fixed (byte* start = name)
            {
                AddEntry(handle, start, root, depthLeft);
            }
        }
    }

    private void AddEntry(int folder, byte* name, in EntryStatus root, int depthLeft)
    {
        if (Libc.LookNoFollow(folder, name) is not { } status || !status.IsOnSameMount(root))
        {
            return;
        }

        if (status.Kind != EntryKind.Folder)
        {
            if (status.Links <= 1 || _linked.Add((status.DeviceMajor, status.DeviceMinor, status.Inode)))
            {
                _blocks += (long)status.Blocks;
            }

            return;
        }

        if (depthLeft == 0)
        {
            _whole = false;
            return;
        }

        var handle = Libc.OpenAt(folder, name, Flags);
        if (handle < 0)
        {
            // Gone meanwhile, or no folder any more: nothing is missed. Otherwise its owner forbade to read it, which a worker that is not root must take.
            _whole &= Marshal.GetLastPInvokeError() is NoEntry or NotFolder or IsLink;
            return;
        }

        try
        {
            // What was opened may be another folder than was looked at, even one that is mounted there.
            var opened = Libc.Look(handle);
            if (opened.IsOnSameMount(root))
            {
                _blocks += (long)opened.Blocks;
                AddFolder(handle, root, depthLeft - 1);
            }
        }
        finally
        {
            Libc.Close(handle);
        }
    }

    /// <summary>All names in a folder, each with its closing zero. Read first and then looked at, so that one buffer serves all depths and what is added meanwhile does not go on forever.</summary>
    private List<byte[]> Names(int handle)
    {
        var names = new List<byte[]>();
        var buffer = NativeMemory.Alloc(BufferSize);
        try
        {
            long read;
            while ((read = Libc.ReadFolder(handle, buffer, BufferSize)) > 0)
            {
                for (var entry = (byte*)buffer; entry < (byte*)buffer + read; entry += *(ushort*)(entry + 16))
                {
                    var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameOffset);
                    if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                    {
                        names.Add([.. name, 0]);
                    }
                }

                if (_entries + names.Count > _mostEntries)
                {
                    break;
                }
            }

            return names;
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    private static int Flags => Libc.ReadOnly | Libc.Directory | Libc.NoFollow | Libc.NonBlocking | Libc.CloseOnExec;
}

/// <summary>What folders occupy.</summary>
/// <param name="Bytes">Bytes on disk, in whole blocks.</param>
/// <param name="Whole">False when they hold more, or deeper, than is looked at, or folders that may not be read; <paramref name="Bytes"/> is then the least they occupy.</param>
internal readonly record struct FolderSize(long Bytes, bool Whole);
