using System.Net;
using System.Net.Sockets;

namespace Aurora.Worker.Ports;

/// <summary>Looks whether a TCP port can be bound now, on every address of IPv4 and IPv6: a port that a server has on one of them only is not free either.</summary>
internal static class PortProbe
{
    /// <summary>Looks. Weak where another program has bound the port and does not listen yet, with the option to share its address: that is not seen.</summary>
    /// <param name="port">The number.</param>
    /// <returns>Whether it is free.</returns>
    public static bool IsFree(int port) =>
        CanBind(IPAddress.Any, port) && (!Socket.OSSupportsIPv6 || CanBind(IPAddress.IPv6Any, port));

    private static bool CanBind(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            socket.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
        {
            // The machine has IPv6 switched off although its kernel knows it: nobody can have the port there.
            return address.AddressFamily == AddressFamily.InterNetworkV6;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
