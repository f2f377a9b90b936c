using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;

namespace Aurora.Worker.Health;

/// <summary>
/// Requests to what a task serves on this machine, under the name <c>localhost</c>: 127.0.0.1 first, then ::1. Each request has its own connection, so that one to an earlier
/// task on the same port is never used again. No proxy, no redirect, no cookie: a task cannot send the worker, which may be root, anywhere else.
/// </summary>
internal static class LoopbackHttp
{
    private static readonly HttpMessageInvoker Invoker = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionLifetime = TimeSpan.Zero,
        MaxResponseDrainSize = 0,
        MaxResponseHeadersLength = 64,
        ActivityHeadersPropagator = null,
        ConnectCallback = static (context, cancellationToken) => ConnectAsync(context.DnsEndPoint.Port, cancellationToken),
    });

    /// <summary>Sends a request and waits for the response's headers.</summary>
    /// <param name="method">The method.</param>
    /// <param name="port">The port.</param>
    /// <param name="endpoint">The path, with a query if there is one; a missing slash in front is added.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>The response; dispose it.</returns>
    /// <exception cref="HttpRequestException">There is no connection, or what came is not HTTP, or the path cannot be asked for.</exception>
    public static async Task<HttpResponseMessage> SendAsync(HttpMethod method, int port, string endpoint, CancellationToken cancellationToken)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}{(endpoint.StartsWith('/') ? "" : "/")}{endpoint}");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address))
        {
            throw new HttpRequestException("the endpoint is not a path");
        }

        using var request = new HttpRequestMessage(method, address);
        request.Headers.ConnectionClose = true;
        if (method == HttpMethod.Post)
        {
            request.Content = new ByteArrayContent([]);
        }

        return await Invoker.SendAsync(request, cancellationToken);
    }

    /// <summary>What went wrong, in a few words and without addresses that nobody wrote.</summary>
    /// <param name="error">What <see cref="SendAsync"/> or reading the body threw.</param>
    /// <returns>For example <c>connection refused</c>.</returns>
    public static string Reason(Exception error) => error switch
    {
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "connection refused",
        HttpRequestException { InnerException: SocketException socket } => $"no connection ({socket.SocketErrorCode})",
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown } => error.Message,
        HttpRequestException request => $"no valid HTTP response ({request.HttpRequestError})",
        _ => $"the connection broke ({error.Message})",
    };

    private static async ValueTask<Stream> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            return await ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        }
        catch (SocketException first)
        {
            try
            {
                return await ConnectAsync(IPAddress.IPv6Loopback, port, cancellationToken);
            }
            catch (SocketException)
            {
                // A machine without IPv6 would otherwise say so instead of what is wrong with the task.
                ExceptionDispatchInfo.Throw(first);
                throw;
            }
        }
    }

    private static async Task<Stream> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
