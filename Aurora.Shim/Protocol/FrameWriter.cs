using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Aurora.Shim.Runs;

namespace Aurora.Shim.Protocol;

/// <summary>Builds one frame.</summary>
internal sealed class FrameWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    /// <summary>Begins a frame.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="request">The request's number; 0 for an event.</param>
    public FrameWriter(FrameKind kind, int request)
    {
        Int32(0);
        _buffer.Write([(byte)kind]);
        Int32(request);
    }

    /// <summary>How many bytes were written so far.</summary>
    public int Length => _buffer.WrittenCount;

    /// <summary>Appends a number.</summary>
    /// <param name="value">The number.</param>
    /// <returns>This.</returns>
    public FrameWriter Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.GetSpan(sizeof(int)), value);
        _buffer.Advance(sizeof(int));
        return this;
    }

    /// <summary>Appends a number.</summary>
    /// <param name="value">The number.</param>
    /// <returns>This.</returns>
    public FrameWriter Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(sizeof(long)), value);
        _buffer.Advance(sizeof(long));
        return this;
    }

    /// <summary>Appends a text with its length before it and a zero byte after it.</summary>
    /// <param name="value">The text.</param>
    /// <returns>This.</returns>
    public FrameWriter Text(string value)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        Int32(count);
        var span = _buffer.GetSpan(count + 1);
        Encoding.UTF8.GetBytes(value, span);
        span[count] = 0;
        _buffer.Advance(count + 1);
        return this;
    }

    /// <summary>Appends a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>This.</returns>
    public FrameWriter Key(RunKey key) => Text(key.Task).Text(key.Process).Int32(key.Run);

    /// <summary>Appends a run.</summary>
    /// <param name="run">The run; it was started.</param>
    /// <returns>This.</returns>
    public FrameWriter Run(RunState run)
    {
        Key(run.Key).Text(run.BootId ?? "").Int32(run.Pid).Int64(run.StartTime).Int64(run.StartedAt);
        if (run.End is not { } end)
        {
            return Int32(0);
        }

        Int32(1).Int32(end.ExitCode ?? -1).Int32(end.Signal ?? -1).Int64(end.EndedAt);
        return end.Use is { } use ? Int32(1).Int64(use.CpuMicroseconds).Int64(use.PeakKib) : Int32(0);
    }

    /// <summary>Gives a frame another request number.</summary>
    /// <param name="frame">A whole frame; changed in place.</param>
    /// <param name="request">The number.</param>
    /// <returns>The frame.</returns>
    public static byte[] Renumber(byte[] frame, int request)
    {
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(sizeof(int) + 1), request);
        return frame;
    }

    /// <summary>Ends the frame.</summary>
    /// <returns>Its bytes.</returns>
    public byte[] ToArray()
    {
        var frame = _buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - sizeof(int));
        return frame;
    }
}
