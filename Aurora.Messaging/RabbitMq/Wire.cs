using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Aurora.Messaging.RabbitMq;

/// <summary>
/// A connection and its socket. The library closes a connection whose peer does not answer only after many seconds, and never when its writer is
/// stuck; here the goodbye has a second, and then the socket is closed under it.
/// </summary>
internal sealed class Wire(IConnection connection, ITcpClient socket) : IAsyncDisposable
{
    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(1);

    public IConnection Connection => connection;

    public async ValueTask DisposeAsync()
    {
        var goodbye = SayGoodbyeAsync();
        await Task.WhenAny(goodbye, Task.Delay(GoodbyeTimeout));
        socket.Dispose();
        await Task.WhenAny(goodbye, Task.Delay(GoodbyeTimeout));
    }

    // Never throws: a connection that is gone is all that was wanted.
    private async Task SayGoodbyeAsync()
    {
        try
        {
            await connection.CloseAsync(Constants.ReplySuccess, "closed", GoodbyeTimeout, abort: true);
            await connection.DisposeAsync();
        }
        catch (Exception error) when (error is RabbitMQClientException or IOException or OperationCanceledException or TimeoutException or ObjectDisposedException)
        {
            // The peer or the network was faster.
        }
    }
}
