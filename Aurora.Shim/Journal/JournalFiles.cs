using System.Text;
using Aurora.Shim.Native;
using Aurora.Shim.Runs;

namespace Aurora.Shim.Journal;

/// <summary>
/// The shim's memory on disk: an append-only file, one write() for each record, so that a kill -9 at any point loses nothing that was answered.
/// It is not flushed to the disk: what a power cut loses concerns processes that the power cut ended as well, and their end is then unknown.
/// There are two files, both opened while the shim still is root; compaction writes what still matters to the other one and then empties the
/// first. Both may hold the same facts for a moment, which does no harm, since facts only add up.
/// </summary>
internal sealed unsafe class JournalFiles : IDisposable
{
    /// <summary>A file is compacted when it exceeds this, in bytes, and again whenever it has doubled since the last compaction.</summary>
    private const long CompactionSize = 2 * 1024 * 1024;

    /// <summary>As many characters are left for the next write at most.</summary>
    private const int Deferred = 16 * 1024;

    private readonly int[] _descriptors;

    /// <summary>What was left for the next write; otherwise empty.</summary>
    private readonly StringBuilder _text = new();
    private int _current;
    private long _length;
    private long _compactAt = CompactionSize;

    private JournalFiles(int[] descriptors)
    {
        _descriptors = descriptors;
    }

    /// <summary>Unreadable lines that were found and passed over: at most one, the last, unless somebody else wrote here.</summary>
    public int Unreadable { get; private set; }

    /// <summary>True when it is time to compact.</summary>
    public bool Due => _length > _compactAt;

    /// <summary>Opens the journal and reads it.</summary>
    /// <param name="folder">The shim's folder.</param>
    /// <param name="runs">The runs that are not forgotten.</param>
    /// <returns>The open journal.</returns>
    public static JournalFiles Open(ShimFolder folder, out Dictionary<RunKey, RunState> runs)
    {
        var descriptors = folder.Journals.Select(path => OpenFile(path)).ToArray();
        var journal = new JournalFiles(descriptors);
        runs = [];
        foreach (var descriptor in descriptors)
        {
            journal.Unreadable += Replay(Content(descriptor), runs);
        }

        // Everything goes to the other file from here; a torn line at the end of this one disappears with that.
        journal._current = Libc.Seek(descriptors[0], 0, 2) == 0 ? 1 : 0;
        journal._length = Libc.Seek(descriptors[journal._current], 0, 2);
        journal.Compact(runs.Values);
        return journal;
    }

    /// <summary>Reads the journal of a shim that does not run. Changes nothing.</summary>
    /// <param name="folder">The shim's folder.</param>
    /// <returns>The runs that are not forgotten.</returns>
    public static Dictionary<RunKey, RunState> Peek(ShimFolder folder)
    {
        var runs = new Dictionary<RunKey, RunState>();
        foreach (var path in folder.Journals.Where(File.Exists))
        {
            Replay(File.ReadAllBytes(path), runs);
        }

        return runs;
    }

    /// <summary>Appends a record, and before it what was left for later.</summary>
    /// <param name="record">The record.</param>
    /// <returns>0, or the errno; then the file is as it was before.</returns>
    public int Append(JournalRecord record)
    {
        var later = _text.Length;
        record.AppendTo(_text);
        var error = Write(_text);
        if (error == 0)
        {
            _text.Clear();
        }
        else
        {
            _text.Length = later < Deferred ? later : 0;
        }

        return error;
    }

    /// <summary>
    /// Leaves a record for the next write. Only for what may be lost: that a run is forgotten. After a death of this process before that write, the next shim knows
    /// the run still, says so to the agent, and is told again that it can be forgotten.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <returns>0, or the errno.</returns>
    public int AppendLater(JournalRecord record)
    {
        if (_text.Length >= Deferred)
        {
            return Append(record);
        }

        record.AppendTo(_text);
        return 0;
    }

    /// <summary>Writes what was left for later.</summary>
    /// <returns>0, or the errno.</returns>
    public int Flush()
    {
        var error = Write(_text);
        _text.Clear();
        return error;
    }

    /// <summary>Writes what still matters to the other file and empties this one.</summary>
    /// <param name="runs">The runs that are not forgotten.</param>
    /// <returns>0, or the errno; then this file stays in use.</returns>
    public int Compact(IEnumerable<RunState> runs)
    {
        var previous = (Index: _current, Length: _length);
        _current = 1 - _current;
        _length = Libc.Seek(_descriptors[_current], 0, 2);
        _text.Clear();
        if (_length > 0)
        {
            // A compaction was interrupted here. Its last line may be torn, and nothing is removed before everything is written.
            _text.Append('\n');
        }

        foreach (var record in runs.SelectMany(JournalState.Records))
        {
            record.AppendTo(_text);
        }

        var error = Write(_text);
        _text.Clear();
        if (error != 0)
        {
            (_current, _length) = previous;
        }
        else
        {
            _ = Libc.Truncate(_descriptors[previous.Index], 0);
        }

        _compactAt = Math.Max(CompactionSize, _length * 2);
        return error;
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (var descriptor in _descriptors)
        {
            _ = Libc.Close(descriptor);
        }
    }

    private int Write(StringBuilder text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        var written = 0;
        fixed (byte* start = bytes)
        {
            while (written < bytes.Length)
            {
                var count = Libc.Write(_descriptors[_current], start + written, bytes.Length - written);
                var error = count < 0 ? Libc.LastError : 0;
                if (error != 0 && error != Libc.Eintr)
                {
                    // Half a record must not stay: the next one would run into it.
                    _ = Libc.Truncate(_descriptors[_current], _length);
                    return error;
                }

                written += (int)Math.Max(count, 0);
            }
        }

        _length += written;
        return 0;
    }

    private static int Replay(ReadOnlySpan<byte> content, Dictionary<RunKey, RunState> runs)
    {
        var unreadable = 0;
        while (!content.IsEmpty)
        {
            var end = content.IndexOf((byte)'\n');
            if (end == 0)
            {
                content = content[1..];
                continue;
            }

            var record = end < 0 ? null : JournalRecord.Parse(Encoding.UTF8.GetString(content[..end]));
            if (record is null)
            {
                unreadable++;
            }
            else
            {
                JournalState.Apply(runs, record);
            }

            content = end < 0 ? [] : content[(end + 1)..];
        }

        return unreadable;
    }

    private static int OpenFile(string path)
    {
        var descriptor = Libc.Open(path, Libc.OpenReadWrite | Libc.OpenAppend | Libc.OpenCreate | Libc.OpenCloseOnExec, 0x180);
        return descriptor >= 0 ? descriptor : throw new IOException($"The journal {path} cannot be opened: {Libc.Describe(Libc.LastError)}");
    }

    private static byte[] Content(int descriptor)
    {
        var content = new byte[Libc.Seek(descriptor, 0, 2)];
        var read = 0;
        fixed (byte* start = content)
        {
            while (read < content.Length)
            {
                var count = Libc.ReadAt(descriptor, start + read, content.Length - read, read);
                if (count <= 0)
                {
                    throw new IOException($"The journal cannot be read: {Libc.Describe(Libc.LastError)}");
                }

                read += (int)count;
            }
        }

        return content;
    }
}
