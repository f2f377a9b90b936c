using System.Net;
using System.Net.Sockets;

namespace Aurora.Messaging.Tests.RabbitMq;

/// <summary>A TCP proxy that can freeze the connections it carries: they stay open and swallow everything, until one side closes its end. New ones pass.</summary>
internal sealed class StallableProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Task _accepting;
    private readonly List<Task> _carried = [];
    private volatile Freezer _freezer = new();
    private int _connections;

    public StallableProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections were ever made.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Freezes the connections that exist now.</summary>
    public void Stall()
    {
        _freezer.Freeze();
        _freezer = new Freezer();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_carried);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _carried.Add(CarryAsync(client, _freezer));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // Disposed.
        }
    }

    private async Task CarryAsync(TcpClient client, Freezer freezer)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                await Task.WhenAny(PumpAsync(client, server, freezer), PumpAsync(server, client, freezer));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException)
            {
                // The server is down, or the test is over.
            }
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, Freezer freezer)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await from.GetStream().ReadAsync(buffer, _stop.Token)) > 0)
            {
                if (!freezer.IsFrozen)
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // One side is gone; the caller closes both.
        }
    }

    private sealed class Freezer
    {
        private volatile bool _frozen;

        public bool IsFrozen => _frozen;

        public void Freeze() => _frozen = true;
    }
}
