using System.Net;
using System.Net.Sockets;

namespace Aurora.Worker.Tests.Health;

/// <summary>A port on which nobody listens, and nobody else can: it is bound, on every address.</summary>
internal sealed class ClosedPort : IDisposable
{
    private readonly Socket _socket = Socket.OSSupportsIPv6
        ? new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true }
        : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ClosedPort() => _socket.Bind(new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, 0));

    public int Number => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public void Dispose() => _socket.Dispose();
}
