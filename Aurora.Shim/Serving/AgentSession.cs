using System.Net.Sockets;
using Aurora.Shim.Groups;
using Aurora.Shim.Native;
using Aurora.Shim.Protocol;
using Aurora.Shim.Runs;
using Aurora.Shim.Trees;

namespace Aurora.Shim.Serving;

/// <summary>
/// One agent's connection: a thread that reads requests and serves them in turn. Kills are served by the killer's thread; while requests to start something gather,
/// a second thread helps with them, and all other requests but Forget wait until it is done.
/// </summary>
/// <param name="socket">The connection.</param>
/// <param name="runs">The runs.</param>
/// <param name="reaper">Woken after a start.</param>
/// <param name="killer">Serves Terminate, Kill and CleanUp.</param>
/// <param name="server">Told when agents come and go.</param>
internal sealed class AgentSession(Socket socket, RunTable runs, Reaper reaper, TreeKiller killer, ShimServer server)
{
    private readonly Outbox _outbox = new(socket);
    private SecondSpawner? _second;

    /// <summary>Open files that came with the bytes read so far and that no request has taken yet; the session's thread alone touches it.</summary>
    private readonly Queue<int> _descriptors = new();
    private volatile bool _greeted;

    /// <summary>Starts the threads.</summary>
    public void Start()
    {
        _outbox.Start();
        new Thread(Loop, maxStackSize: 512 * 1024) { IsBackground = true, Name = "session" }.Start();
    }

    /// <summary>Tells the agent of an end.</summary>
    /// <param name="run">The ended run.</param>
    public void Tell(RunState run)
    {
        if (_greeted)
        {
            _outbox.Send(new FrameWriter(FrameKind.Exited, 0).Run(run).Int32(run.LeftNothing ? 1 : 0).ToArray());
        }
    }

    private void Loop()
    {
        var end = false;
        try
        {
            end = Serve();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidDataException or IOException)
        {
            ShimLog.Write($"the connection of an agent broke: {exception.GetType().Name}: {exception.Message}");
        }

        _second?.WaitForIt();
        _second?.End();
        CloseAll([.. _descriptors]);
        _outbox.Flush();
        _outbox.Close();
        socket.Dispose();
        server.Closed(this, end);
    }

    /// <summary>Returns true when the shim shall end, false when the agent has gone.</summary>
    private bool Serve()
    {
        var buffer = new FrameBuffer(ProtocolLimits.RequestBytes);
        while (true)
        {
            var received = DescriptorPassing.Receive(socket.SafeHandle, buffer.Space().Span, _descriptors);
            if (received == 0)
            {
                return false;
            }

            buffer.Received(received);
            while (buffer.Next() is { } frame)
            {
                if (frame.Kind == FrameKind.Spawn)
                {
                    Spawn(frame);
                }
                else if (Serve(frame))
                {
                    return true;
                }
            }
        }
    }

    private bool Serve(FrameReader frame)
    {
        if (frame.Kind != FrameKind.Forget)
        {
            _second?.WaitForIt();
        }

        switch (frame.Kind)
        {
            case FrameKind.Hello:
                _greeted = true;
                server.AgentCame();
                _outbox.Send(new FrameWriter(FrameKind.Welcome, frame.Request).Int32(ProtocolLimits.Version).Int32(Environment.ProcessId).ToArray());
                return false;
            case FrameKind.Terminate:
                Signal(frame, TreeOrder.Terminate);
                return false;
            case FrameKind.Kill:
                Signal(frame, TreeOrder.Kill);
                return false;
            case FrameKind.CleanUp:
                Signal(frame, TreeOrder.CleanUp);
                return false;
            case FrameKind.List:
                runs.WithAll(all => _outbox.Send(List(frame.Request, all)));
                return false;
            case FrameKind.Forget:
                runs.Forget(frame.Key());
                return false;
            case FrameKind.Shutdown:
                var end = runs.TryClose();
                server.AgentLeaves();
                _outbox.Send(new FrameWriter(FrameKind.ShuttingDown, frame.Request).Int32(end ? 1 : 0).ToArray());
                return end;
            default:
                throw new InvalidDataException($"An agent sent a frame of kind {(byte)frame.Kind}.");
        }
    }

    private void Spawn(FrameReader frame)
    {
        var command = SpawnCommand.Read(frame);
        var order = new SpawnOrder(frame.Request, command, Take(command.Options));
        if (!MoreWaits())
        {
            Spawn(order);
            return;
        }

        _second ??= new SecondSpawner(Spawn, Break);
        if (!_second.TryTake(order))
        {
            Spawn(order);
        }
    }

    /// <summary>Whether the agent has sent more than was read: a message that brings files is read by itself.</summary>
    private unsafe bool MoreWaits()
    {
        const nuint unread = 0x541B;
        var count = 0;
        return Libc.Control((int)socket.SafeHandle.DangerousGetHandle(), unread, &count) == 0 && count > 0;
    }

    private void Break(Exception exception)
    {
        ShimLog.Write($"a process could not be started, and the connection is given up: {exception.GetType().Name}: {exception.Message}");
        try
        {
            socket.Shutdown(SocketShutdown.Both); // The session's thread wakes up, and winds up.
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It has wound up.
        }
    }

    private void Spawn(SpawnOrder order)
    {
        SpawnResult result;
        try
        {
            result = runs.Spawn(order.Command, order.Files);
        }
        finally
        {
            CloseAll(order.Files);
        }

        if (result.Run is not { } run)
        {
            _outbox.Send(new FrameWriter(FrameKind.SpawnFailed, order.Request).Int32(result.Errno).Text(result.Message).ToArray());
            return;
        }

        reaper.Wake();
        _outbox.Send(new FrameWriter(FrameKind.Spawned, order.Request)
            .Text(run.BootId ?? "").Int32(run.Pid).Int64(run.StartTime).Int64(run.StartedAt).ToArray());
    }

    private int[] Take(SpawnOptions options)
    {
        if (options.Descriptors < 0 || options.Descriptors > _descriptors.Count || (options.Way == GroupWay.None) != (options.Descriptors == 0))
        {
            throw new InvalidDataException($"A spawn request claims {options.Descriptors} files; {_descriptors.Count} have come.");
        }

        var files = new int[options.Descriptors];
        for (var i = 0; i < files.Length; i++)
        {
            files[i] = _descriptors.Dequeue();
        }

        return files;
    }

    private static void CloseAll(int[] files)
    {
        foreach (var file in files)
        {
            _ = Libc.Close(file);
        }
    }

    private void Signal(FrameReader frame, TreeOrder what) => killer.Enqueue(
        frame.Key(), what, left => _outbox.Send(new FrameWriter(FrameKind.Signalled, frame.Request).Int32(left).ToArray()));

    private static byte[] List(int request, IReadOnlyCollection<RunState> all)
    {
        var frame = new FrameWriter(FrameKind.Runs, request).Int32(all.Count);
        foreach (var run in all)
        {
            frame.Run(run);
        }

        return frame.ToArray();
    }
}
