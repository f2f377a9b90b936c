using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Threading.Channels;
using Aurora.Shim.Native;
using Aurora.Shim.Protocol;
using Aurora.Shim.Runs;

namespace Aurora.Worker.Processes;

/// <summary>
/// The agent's side of one connection to a shim: requests are sent without waiting for the answers of earlier ones, by whoever makes them where the socket takes them at
/// once, which it nearly always does; what gathers while it does not goes out in one piece. When the connection breaks, every open request fails with
/// <see cref="ShimLostException"/>.
/// </summary>
internal sealed class ShimConnection : IAsyncDisposable
{
    /// <summary>How long closing waits for a shim that does not read.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(2);

    private const int LargestWrite = 256 * 1024;

    private static readonly TimeSpan FullPause = TimeSpan.FromMilliseconds(1);

    private readonly Socket _socket;
    private readonly Action<RunState> _ended;
    private readonly Action<IReadOnlyList<RunState>> _listed;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<FrameReader>> _open = new();

    /// <summary>Unbounded, because each frame but Forget has a caller that waits for its answer, and Forget follows a launch.</summary>
    private readonly Channel<ShimRequest> _outgoing = Channel.CreateUnbounded<ShimRequest>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _sending = new();
    private readonly Task _reading;
    private readonly Task _writing;
    private int _waiting; // under _sending: requests in _outgoing, and the one that is being written
    private int _lastRequest;
    private volatile bool _lost;

    /// <summary>Takes a connected socket and starts to read.</summary>
    /// <param name="socket">The socket; disposed with this.</param>
    /// <param name="ended">Told of each end.</param>
    /// <param name="listed">Given each list of runs, in order with the ends: an end that is not in the list is told after it.</param>
    public ShimConnection(Socket socket, Action<RunState> ended, Action<IReadOnlyList<RunState>> listed)
    {
        (_socket, _ended, _listed) = (socket, ended, listed);
        _reading = Task.Run(ReadAsync);
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Ends when the connection has broken or was closed; never fails.</summary>
    public Task Lost => _reading;

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <param name="build">Builds the frame with the request's number.</param>
    /// <param name="expected">The kinds of answer that fit.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The answer.</returns>
    public async Task<FrameReader> AskAsync(Func<int, ShimRequest> build, CancellationToken cancellationToken, params FrameKind[] expected)
    {
        var request = Interlocked.Increment(ref _lastRequest);
        var answer = new TaskCompletionSource<FrameReader>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[request] = answer;
        try
        {
            // Looked at after the request was noted: whoever sets the flag fails everything that is noted afterwards.
            var outgoing = build(request);
            if (_lost || !Send(outgoing))
            {
                outgoing.Dispose();
                throw new ShimLostException();
            }

            var frame = await answer.Task.WaitAsync(cancellationToken);
            return expected.Contains(frame.Kind) ? frame : throw new InvalidDataException($"The shim answered with a frame of kind {(byte)frame.Kind}.");
        }
        finally
        {
            _open.TryRemove(request, out _);
        }
    }

    /// <summary>Sends what has no answer.</summary>
    /// <param name="frame">The frame.</param>
    public void Tell(byte[] frame) => _ = Send(new ShimRequest(frame));

    /// <summary>Closes the connection. The shim goes on.</summary>
    /// <returns>A task that ends when both loops have.</returns>
    public async ValueTask DisposeAsync()
    {
        _outgoing.Writer.TryComplete();
        await Task.WhenAny(_writing, Task.Delay(Drain));
        try
        {
            // The shim closes its side when it has carried out what it was sent: the next agent then finds nothing half done.
            _socket.Shutdown(SocketShutdown.Send);
            await Task.WhenAny(_reading, Task.Delay(Drain));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The connection was lost before: there is nobody to wait for.
        }

        _socket.Dispose();
        await Task.WhenAll(_writing, _reading);
    }

    /// <summary>Sends in order; what the socket does not take at once is left to the writer.</summary>
    /// <returns>False when the connection is closed; then the request was not taken.</returns>
    private bool Send(ShimRequest request)
    {
        lock (_sending)
        {
            var rest = _waiting == 0 ? SendNow(request) : request;
            if (rest is not { } left)
            {
                return true;
            }

            if (!_outgoing.Writer.TryWrite(left))
            {
                return false;
            }

            _waiting++;
            return true;
        }
    }

    private ShimRequest? SendNow(ShimRequest request)
    {
        try
        {
            var sent = DescriptorPassing.Send(_socket.SafeHandle, request.Frame, request.Descriptors());
            if (sent == 0)
            {
                return request;
            }

            request.Dispose();
            return sent == request.Frame.Length ? null : new ShimRequest(request.Frame[sent..]);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return request; // The writer finds the same, and the reader tells everybody.
        }
    }

    private void Written(int count)
    {
        lock (_sending)
        {
            _waiting -= count;
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new FrameBuffer(ProtocolLimits.AnswerBytes);
        try
        {
            while (await _socket.ReceiveAsync(buffer.Space()) is var received and > 0)
            {
                buffer.Received(received);
                while (buffer.Next() is { } frame)
                {
                    Take(frame);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidDataException)
        {
            // The same as an end of the stream: this connection is of no use any more, and everybody who waits on it hears so.
        }

        _lost = true;
        _outgoing.Writer.TryComplete();
        _socket.Dispose();
        foreach (var answer in _open.Values)
        {
            answer.TrySetException(new ShimLostException());
        }
    }

    private void Take(FrameReader frame)
    {
        if (frame.Kind == FrameKind.Exited)
        {
            var run = frame.Run();
            _ended(run with { LeftNothing = frame.HasMore && frame.Int32() == 1 });
            return;
        }

        if (frame.Kind == FrameKind.Runs)
        {
            var runs = new RunState[frame.Count()];
            for (var i = 0; i < runs.Length; i++)
            {
                runs[i] = frame.Run();
            }

            _listed(runs);
        }

        if (_open.TryGetValue(frame.Request, out var answer))
        {
            answer.TrySetResult(frame);
        }
    }

    private async Task WriteAsync()
    {
        var gathered = new MemoryStream();
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync())
            {
                var taken = 0;
                while (_outgoing.Reader.TryRead(out var request))
                {
                    taken++;
                    if (request.Files.Count > 0)
                    {
                        await SendAsync(gathered);
                        await SendWithFilesAsync(request);
                        continue;
                    }

                    gathered.Write(request.Frame);
                    if (gathered.Length >= LargestWrite)
                    {
                        await SendAsync(gathered);
                    }
                }

                await SendAsync(gathered);
                Written(taken);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The reader sees the same and tells everybody.
            _socket.Dispose();
        }

        _outgoing.Writer.TryComplete();
        while (_outgoing.Reader.TryRead(out var unsent))
        {
            unsent.Dispose();
        }
    }

    private async Task SendAsync(MemoryStream gathered)
    {
        await SendAsync(gathered.GetBuffer().AsMemory(0, (int)gathered.Length));
        gathered.SetLength(0);
    }

    private async Task SendAsync(ReadOnlyMemory<byte> rest)
    {
        while (!rest.IsEmpty)
        {
            rest = rest[await _socket.SendAsync(rest)..];
        }
    }

    private async Task SendWithFilesAsync(ShimRequest request)
    {
        using (request)
        {
            int sent;
            while ((sent = DescriptorPassing.Send(_socket.SafeHandle, request.Frame, request.Descriptors())) == 0)
            {
                // The shim is busy and the socket is full, which takes hundreds of launches.
                await Task.Delay(FullPause);
            }

            await SendAsync(request.Frame.AsMemory(sent));
        }
    }
}
