using System.Buffers.Binary;

namespace Aurora.Shim.Protocol;

/// <summary>Cuts a stream of bytes into frames. Not thread-safe.</summary>
/// <param name="limit">The largest frame that is accepted, in bytes.</param>
internal sealed class FrameBuffer(int limit)
{
    private const int Initial = 64 * 1024;

    private byte[] _bytes = new byte[Initial];
    private int _start;
    private int _end;

    /// <summary>Free space to receive into; then call <see cref="Received"/>.</summary>
    /// <returns>At least one byte.</returns>
    public Memory<byte> Space()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }

        if (_end == _bytes.Length)
        {
            if (_start > 0)
            {
                _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
                (_start, _end) = (0, _end - _start);
            }
            else
            {
                Array.Resize(ref _bytes, _bytes.Length * 2);
            }
        }

        return _bytes.AsMemory(_end);
    }

    /// <summary>Says how much was received.</summary>
    /// <param name="count">The number of bytes.</param>
    public void Received(int count) => _end += count;

    /// <summary>Takes the next frame.</summary>
    /// <returns>Null when there is no whole one yet.</returns>
    public FrameReader? Next()
    {
        var available = _end - _start;
        if (available < sizeof(int))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(_start)) + sizeof(int);
        if (length < ProtocolLimits.HeaderBytes || length > limit)
        {
            throw new InvalidDataException($"A frame claims {length} bytes; {ProtocolLimits.HeaderBytes} to {limit} are allowed.");
        }

        if (available < length)
        {
            return null;
        }

        var frame = _bytes.AsSpan(_start, length).ToArray();
        _start += length;
        return new FrameReader(frame);
    }
}
