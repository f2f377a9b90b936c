using System.Net;
using System.Net.Sockets;

namespace Aurora.TestSupport.RabbitMq;

/// <summary>Free loopback ports below the ephemeral range, so that no outgoing connection takes one while its server is down between two starts.</summary>
internal static class FreePort
{
    private const int Lowest = 20_000;
    private const int Highest = 30_000;

    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(Lowest, Highest);
            if (CanBind(port))
                return port;
        }
    }

    private static bool CanBind(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
