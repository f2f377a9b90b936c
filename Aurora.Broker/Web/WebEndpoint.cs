using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Aurora.Broker.FrontDoor;
using Aurora.Broker.Hosting;
using Aurora.Broker.Leadership;
using Aurora.Core.Errors;
using Aurora.Core.Messages;
using Aurora.Messaging;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Aurora.Broker.Web;

/// <summary>
/// The broker over HTTP: the same requests as over the bus, health, and the job pages. It goes through the same door as the bus and keeps nothing itself.
/// </summary>
internal sealed class WebEndpoint : IAsyncDisposable
{
    private const string VersionHeader = "Aurora-Message-Version";
    private const int MaxBody = 4 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly Candidate _candidate;
    private readonly CommandDoor _door;
    private readonly IMessageBus _bus;
    private readonly byte[]? _token;

    private WebEndpoint(WebApplication app, Candidate candidate, CommandDoor door, IMessageBus bus, string? token)
    {
        (_app, _candidate, _door, _bus) = (app, candidate, door, bus);
        _token = token is null ? null : Encoding.UTF8.GetBytes($"Bearer {token}");
    }

    /// <summary>Where it listens, with the port that was taken.</summary>
    public Uri Address { get; private set; } = new("http://localhost");

    public static async Task<WebEndpoint> StartAsync(
        BrokerOptions options, Candidate candidate, CommandDoor door, IMessageBus bus, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseUrls(options.HttpAddress!); // The caller has looked.
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
            kestrel.Limits.MaxConcurrentConnections = 1000;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        var app = builder.Build();
        var endpoint = new WebEndpoint(app, candidate, door, bus, options.WebToken);
        endpoint.Map(app, new JobPages(options.ClusterName));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            await app.DisposeAsync();
            throw new AuroraException(ErrorCodes.InvalidConfiguration, $"http_address {options.HttpAddress} cannot be listened on: {e.Message}", e);
        }

        endpoint.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()); // Kestrel always has it.
        return endpoint;
    }

    /// <summary>Puts a request through the door, as if it had come over the bus.</summary>
    /// <returns>The reply, or why the request cannot be read.</returns>
    public async Task<(Reply? Reply, string? Unreadable)> CallAsync(string name, int version, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var request = new CallRequest(Guid.NewGuid());
        if (_candidate.Loop is not { } loop)
            return (CallRequest.NotReady(request.MessageId), null);
        try
        {
            if (await _door.AdmitAsync(request, name, version, body, loop, cancellationToken) is { } unreadable)
                return (null, unreadable);
            return (await request.Reply.WaitAsync(Patience, cancellationToken), null);
        }
        catch (ChannelClosedException)
        {
            return (CallRequest.NotReady(request.MessageId), null);
        }
        catch (TimeoutException)
        {
            return (Answer.Refused(request.MessageId, ErrorCodes.Timeout, $"no answer within {Patience.TotalSeconds:0} s; the outcome is unknown, try again with the same command id",
                ReplyCode.ErrorTransient).ToReply(), null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }

    private void Map(WebApplication app, JobPages pages)
    {
        app.Use(RefuseForeignHostsAsync);
        app.MapGet("/health/live", () => Results.Text("OK"));
        app.MapGet("/health/ready", () => (_candidate.Loop, _bus.Health) switch
        {
            (null, _) => Results.Text("not leading", statusCode: StatusCodes.Status503ServiceUnavailable),
            (_, { IsUp: false } health) => Results.Text($"bus is down: {health.Detail}", statusCode: StatusCodes.Status503ServiceUnavailable),
            _ => Results.Text("OK"),
        });
        app.MapPost("/api/v1/messages/{name}", MessageAsync);
        app.MapGet("/", () => Results.Redirect("/scheduler"));
        app.MapGet("/scheduler", context => pages.ListAsync(context, CallAsync));
        app.MapGet("/scheduler/{role}/{environment}/{name}", context => pages.JobAsync(context, CallAsync));
        app.MapGet("/scheduler/{role}/{environment}/{name}/update/{id}", context => pages.JobAsync(context, CallAsync));
    }

    // An endpoint that only this machine reaches answers only to this machine's names: otherwise a page could reach it by a name of its own (DNS rebinding).
    private static Task RefuseForeignHostsAsync(HttpContext context, RequestDelegate next)
    {
        var isLocal = context.Connection.LocalIpAddress is { } address && IPAddress.IsLoopback(address);
        var host = context.Request.Host.Host;
        if (!isLocal || host is "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var named) && IPAddress.IsLoopback(named))
            || string.Equals(host, Environment.MachineName, StringComparison.OrdinalIgnoreCase))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return Task.CompletedTask;
    }

    private async Task MessageAsync(HttpContext context)
    {
        if (!IsAllowed(context.Request.Headers.Authorization.ToString()))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await WriteAsync(context, HttpStatusCode.Unauthorized, Answer.Refused(Guid.Empty, ErrorCodes.Unauthorized,
                "this broker asks for a bearer token that the request does not carry", ReplyCode.AuthFailed).ToReply());
            return;
        }

        // The header must be there: a page of another origin cannot send it without being let to, so a browser cannot be made to submit jobs.
        if (!int.TryParse(context.Request.Headers[VersionHeader], out var version))
        {
            await WriteAsync(context, HttpStatusCode.BadRequest, Answer.Refused(Guid.Empty, ErrorCodes.ProtocolError,
                $"header {VersionHeader} must be given; it is the version of the message's shape, for example 1").ToReply());
            return;
        }

        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        }
        catch (BadHttpRequestException e)
        {
            context.Response.Headers.Connection = "close"; // What is left of the body is not read.
            await WriteAsync(context, (HttpStatusCode)e.StatusCode, Answer.Refused(Guid.Empty, ErrorCodes.ProtocolError,
                $"the body cannot be read; it may have at most {MaxBody} bytes: {e.Message}").ToReply());
            return;
        }

        var (reply, unreadable) = await CallAsync((string)context.Request.RouteValues["name"]!, version, body.ToArray(), context.RequestAborted);
        if (reply is null)
            await WriteAsync(context, HttpStatusCode.BadRequest, Answer.Refused(Guid.Empty, ErrorCodes.ProtocolError, unreadable ?? "").ToReply());
        else
            await WriteAsync(context, reply.ErrorCode == ErrorCodes.NotReady ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK, reply);
    }

    private bool IsAllowed(string authorization) =>
        _token is null || CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(authorization), _token);

    private static Task WriteAsync(HttpContext context, HttpStatusCode status, Reply reply)
    {
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = "application/json";
        context.Response.Headers[VersionHeader] = "1";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(reply, AuroraJson.Default.Reply), context.RequestAborted).AsTask();
    }

    /// <summary>The program that the endpoint is part of decides when it ends; by default the endpoint would listen to signals itself.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
