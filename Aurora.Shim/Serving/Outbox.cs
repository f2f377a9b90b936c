using System.Buffers;
using System.Net.Sockets;
using Aurora.Shim.Native;

namespace Aurora.Shim.Serving;

/// <summary>
/// What is written to one agent. Whoever has something to say writes it where the socket takes it at once, which it nearly always does; otherwise it is left here for
/// a thread, and whoever said it goes on: an agent that does not read must not hold up the reaping of processes. What gathers then goes out in one piece.
/// </summary>
/// <param name="socket">The connection.</param>
internal sealed class Outbox(Socket socket)
{
    /// <summary>An agent that lets so many bytes gather is cut off; it asks for the list when it comes back, and misses nothing.</summary>
    private const int Limit = 64 * 1024 * 1024;

    private readonly object _gate = new();
    private ArrayBufferWriter<byte> _gathering = new();
    private ArrayBufferWriter<byte> _writing = new();
    private bool _closed;
    private bool _busy;

    /// <summary>Starts the thread.</summary>
    public void Start() => new Thread(Loop, maxStackSize: 256 * 1024) { IsBackground = true, Name = "outbox" }.Start();

    /// <summary>Leaves a frame.</summary>
    /// <param name="frame">The frame.</param>
    public void Send(byte[] frame)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            var rest = _busy || _gathering.WrittenCount > 0 ? frame : WriteNow(frame);
            if (rest.IsEmpty)
            {
                return;
            }

            if (_gathering.WrittenCount + rest.Length > Limit)
            {
                _closed = true;
                socket.Dispose();
            }
            else
            {
                _gathering.Write(rest);
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until everything was written, or the connection broke, or a second is over.</summary>
    public void Flush()
    {
        var until = Environment.TickCount64 + 1000;
        lock (_gate)
        {
            while (!_closed && (_busy || _gathering.WrittenCount > 0) && Environment.TickCount64 < until)
            {
                Monitor.Wait(_gate, 50);
            }
        }
    }

    /// <summary>Ends the thread; what was not written is dropped.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Loop()
    {
        while (true)
        {
            lock (_gate)
            {
                _busy = false;
                Monitor.PulseAll(_gate);
                while (!_closed && _gathering.WrittenCount == 0)
                {
                    Monitor.Wait(_gate);
                }

                if (_closed)
                {
                    return;
                }

                (_gathering, _writing) = (_writing, _gathering);
                _busy = true;
            }

            try
            {
                Write(_writing.WrittenSpan);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The agent is gone; the session's reader sees it as well and cleans up.
                Close();
            }

            _writing.ResetWrittenCount();
        }
    }

    /// <summary>Writes what the socket takes at once.</summary>
    /// <returns>The rest; also when the connection is broken, which the thread then finds out.</returns>
    private ReadOnlySpan<byte> WriteNow(ReadOnlySpan<byte> bytes)
    {
        const int noSignal = 0x4000;
        const int noWait = 0x40;
        while (!bytes.IsEmpty)
        {
            try
            {
                var sent = Libc.Send(socket.SafeHandle, bytes, bytes.Length, noSignal | noWait);
                if (sent < 0 && Libc.LastError != Libc.Eintr)
                {
                    break;
                }

                bytes = bytes[(int)Math.Max(sent, 0)..];
            }
            catch (ObjectDisposedException)
            {
                break;
            }
        }

        return bytes;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }
}
