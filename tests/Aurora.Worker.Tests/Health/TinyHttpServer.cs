using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Aurora.Worker.Tests.Health;

/// <summary>A server on a loopback address that answers each connection with the same bytes, whatever they are, and keeps what it was asked.</summary>
internal sealed class TinyHttpServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<NetworkStream, CancellationToken, Task> _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public TinyHttpServer(Func<NetworkStream, CancellationToken, Task> answer, IPAddress? address = null)
    {
        _answer = answer;
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The heads of the requests, each with its connection's number.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public static TinyHttpServer Answering(string response, IPAddress? address = null) =>
        new(async (stream, stop) => await stream.WriteAsync(Encoding.UTF8.GetBytes(response), stop), address);

    public static TinyHttpServer Answering(int code, string body, IPAddress? address = null) =>
        Answering($"HTTP/1.1 {code} Whatever\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}", address);

    /// <summary>Takes requests and never answers.</summary>
    public static TinyHttpServer Silent() => new((_, stop) => Task.Delay(Timeout.Infinite, stop));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var head = new StringBuilder();
                var one = new byte[1];
                while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _stop.Token) == 1)
                {
                    head.Append((char)one[0]);
                }

                Requests.Enqueue(head.ToString());
                await _answer(stream, _stop.Token);
                // A close while the client still sends would reach it as a reset, and take what was answered away.
                client.Client.Shutdown(SocketShutdown.Send);
                while (await stream.ReadAsync(one, _stop.Token) == 1)
                {
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The client has gone, or the test has ended.
            }
        }
    }
}
