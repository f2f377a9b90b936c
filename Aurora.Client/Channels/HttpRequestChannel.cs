using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Aurora.Core.Errors;
using Aurora.Core.Messages;

namespace Aurora.Client.Channels;

/// <summary>Sends requests to a broker's HTTP endpoint: <c>POST api/v1/messages/{name}</c> with the message as the body, answered by a <see cref="Reply"/>.</summary>
public sealed class HttpRequestChannel : IRequestChannel
{
    /// <summary>The header that carries a message's version.</summary>
    public const string VersionHeader = "Aurora-Message-Version";

    /// <summary>A log chunk of 1 MiB is 1.4 MB in base64; a page of 1,000 jobs stays far below this, too.</summary>
    private const int MaxReplyBytes = 64 * 1024 * 1024;
    private readonly HttpClient _http;

    /// <summary>Makes a channel; nothing is sent yet.</summary>
    /// <param name="address">The broker's address, <c>http://</c> or <c>https://</c>; a path is kept, so that a broker may stand behind a proxy.</param>
    /// <param name="token">The bearer token, or null.</param>
    public HttpRequestChannel(Uri address, string? token)
    {
        var root = address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
        // A proxy configured for the outside world cannot reach this machine's own loopback.
        var handler = new SocketsHttpHandler { UseProxy = !root.IsLoopback, ConnectTimeout = TimeSpan.FromSeconds(10), AllowAutoRedirect = false };
        _http = new HttpClient(handler) { BaseAddress = root, Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxReplyBytes };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <inheritdoc/>
    public string Destination => _http.BaseAddress!.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <inheritdoc/>
    public async Task<Reply> SendAsync(ICommand request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var contract = MessageCatalog.Of(request.GetType());
        using var message = new HttpRequestMessage(HttpMethod.Post, $"api/v1/messages/{contract.Name}") { Content = new ByteArrayContent(contract.Write(request)) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Add(VersionHeader, contract.Version.ToString(System.Globalization.CultureInfo.InvariantCulture));

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using var response = await _http.SendAsync(message, limit.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token).ConfigureAwait(false);
            return Read(response, body);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{Destination} did not answer within {timeout.TotalSeconds:0.#} s.", e);
        }
        catch (HttpRequestException e)
        {
            throw new ChannelException(e.InnerException?.Message ?? e.Message, e);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private Reply Read(HttpResponseMessage response, byte[] body)
    {
        // A Reply says more than the status code, whichever code it comes with.
        if (response.Content.Headers.ContentType?.MediaType == "application/json" && TryRead(body) is { } reply)
        {
            return reply;
        }

        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw new AuroraException(ErrorCodes.Unauthorized,
                $"{Destination} refused the credentials. The cluster's entry in clusters.json needs its current 'token'."),
            HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.TooManyRequests =>
                throw new ChannelException($"{Destination} answered {(int)response.StatusCode} {response.ReasonPhrase}."),
            _ => throw new AuroraException(ErrorCodes.ProtocolError,
                $"{Destination} answered {(int)response.StatusCode} {response.ReasonPhrase}, not as an Aurora broker does. Is the address right, and the broker of this release?"),
        };
    }

    private static Reply? TryRead(byte[] body)
    {
        try
        {
            var reply = JsonSerializer.Deserialize(body, AuroraJson.Default.Reply);
            return reply is { Message: not null } ? reply : null;
        }
        catch (JsonException)
        {
            return null; // Not a Reply: the caller judges by the status code.
        }
    }
}
