using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Aurora.Core.Messages;

namespace Aurora.TestSupport.Brokers;

/// <summary>The broker's HTTP contract without a broker: hands each request to the test's function over a real socket and remembers what came.</summary>
public sealed class StubBroker : IAsyncDisposable
{
    private readonly HttpListener listener;
    private readonly Func<ICommand, Reply> answer;
    private readonly string? token;
    private readonly Task loop;

    private StubBroker(HttpListener listener, Uri address, Func<ICommand, Reply> answer, string? token)
    {
        this.listener = listener;
        this.answer = answer;
        this.token = token;
        Address = address;
        loop = ServeAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>The requests that came, in order.</summary>
    public ConcurrentQueue<ICommand> Requests { get; } = new();

    /// <summary>Starts one on a free port of the loopback.</summary>
    public static StubBroker Start(Func<ICommand, Reply> answer, string? token = null)
    {
        while (true)
        {
            var listener = new HttpListener();
            var address = new Uri($"http://127.0.0.1:{FreePort()}/");
            listener.Prefixes.Add(address.AbsoluteUri);
            try
            {
                listener.Start();
                return new StubBroker(listener, address, answer, token);
            }
            catch (HttpListenerException)
            {
                // Somebody took the port in between: the next one.
            }
        }
    }

    /// <summary>An OK reply.</summary>
    public static Reply Ok(ICommand request, object result, string message = "") =>
        new(request.CommandId, ReplyCode.Ok, message, null, [], JsonSerializer.SerializeToElement(result, AuroraJson.Default.GetTypeInfo(result.GetType())!));

    /// <summary>A refusal.</summary>
    public static Reply Refuse(ICommand request, string errorCode, string message, ReplyCode code = ReplyCode.InvalidRequest) =>
        new(request.CommandId, code, message, errorCode, [], null);

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await loop;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            try
            {
                await AnswerAsync(context);
            }
            catch (HttpListenerException)
            {
                // The client has given up; that is its test's business.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var response = context.Response;
        if (token is not null && context.Request.Headers["Authorization"] != $"Bearer {token}")
        {
            response.StatusCode = 401;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        var version = int.Parse(context.Request.Headers["Aurora-Message-Version"] ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        var (message, error) = MessageCatalog.Read(context.Request.Url!.Segments[^1], version, body.ToArray());
        if (message is not ICommand request)
        {
            response.StatusCode = 400;
            response.StatusDescription = error ?? "not a command";
            return;
        }

        Requests.Enqueue(request);
        response.ContentType = "application/json";
        await response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer(request), AuroraJson.Default.Reply));
    }
}
