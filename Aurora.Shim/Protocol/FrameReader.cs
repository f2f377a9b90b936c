using System.Buffers.Binary;
using System.Text;
using Aurora.Shim.Runs;

namespace Aurora.Shim.Protocol;

/// <summary>Reads the parts of one whole frame. Anything out of bounds is an <see cref="InvalidDataException"/>: the connection is then of no use.</summary>
internal sealed class FrameReader
{
    private readonly byte[] _frame;
    private int _position;

    /// <summary>Begins to read.</summary>
    /// <param name="frame">The frame, with its length before it.</param>
    public FrameReader(byte[] frame)
    {
        _frame = frame;
        _position = ProtocolLimits.HeaderBytes;
        if (frame.Length < ProtocolLimits.HeaderBytes)
        {
            throw new InvalidDataException("A frame of the shim's protocol is too short.");
        }

        Kind = (FrameKind)frame[sizeof(int)];
        Request = BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(sizeof(int) + 1));
    }

    /// <summary>What the frame is.</summary>
    public FrameKind Kind { get; }

    /// <summary>The request that it is, or answers.</summary>
    public int Request { get; }

    /// <summary>The whole frame.</summary>
    public byte[] Frame => _frame;

    /// <summary>Whether there is more to read: what a later version of the protocol has added at the end is not there in a frame of an older peer.</summary>
    public bool HasMore => _position < _frame.Length;

    /// <summary>Reads a number.</summary>
    /// <returns>The number.</returns>
    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    /// <summary>Reads a number.</summary>
    /// <returns>The number.</returns>
    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    /// <summary>Reads a count of things that take at least one byte each.</summary>
    /// <returns>The count.</returns>
    public int Count()
    {
        var count = Int32();
        return count >= 0 && count <= _frame.Length - _position ? count : throw new InvalidDataException($"A frame claims {count} items.");
    }

    /// <summary>Passes over a text.</summary>
    /// <returns>Where its bytes begin in the frame; a zero byte ends them.</returns>
    public int TextOffset()
    {
        var length = Int32();
        if (length < 0)
        {
            throw new InvalidDataException($"A frame claims a text of {length} bytes.");
        }

        var offset = _position;
        return Take(length + 1)[length] == 0 ? offset : throw new InvalidDataException("A text of a frame does not end with a zero byte.");
    }

    /// <summary>Reads a text.</summary>
    /// <returns>The text.</returns>
    public string Text()
    {
        var offset = TextOffset();
        return Encoding.UTF8.GetString(_frame, offset, _position - offset - 1);
    }

    /// <summary>Reads a key.</summary>
    /// <returns>The key.</returns>
    public RunKey Key() => new(Text(), Text(), Int32());

    /// <summary>Reads a run.</summary>
    /// <returns>The run.</returns>
    public RunState Run()
    {
        var run = new RunState(Key()) { BootId = Text(), Pid = Int32(), StartTime = Int64(), StartedAt = Int64() };
        return Int32() == 0 ? run : run with { End = new RunEnd(Optional(Int32()), Optional(Int32()), Int64()) { Use = Use() } };
    }

    private ResourceUse? Use() => Int32() == 0 ? null : new ResourceUse(Int64(), Int64());

    private static int? Optional(int value) => value < 0 ? null : value;

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _frame.Length - _position)
        {
            throw new InvalidDataException("A frame of the shim's protocol ends too early.");
        }

        var part = _frame.AsSpan(_position, count);
        _position += count;
        return part;
    }
}
