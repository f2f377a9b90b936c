using System.Buffers;
using System.Net.Sockets;

namespace Aurora.Shim.Serving;

/// <summary>
/// The thread that writes to one agent. Whoever has something to say leaves it here and goes on: an agent that does not read must not hold up the
/// reaping of processes. What gathers while a write is under way goes out in one piece.
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

            if (_gathering.WrittenCount + frame.Length > Limit)
            {
                _closed = true;
                socket.Dispose();
            }
            else
            {
                _gathering.Write(frame);
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

    private void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }
}
