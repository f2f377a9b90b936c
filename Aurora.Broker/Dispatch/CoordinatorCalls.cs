using System.Net;
using System.Net.Http.Headers;
using System.Threading.Channels;
using Aurora.Broker.Sla;
using Aurora.Broker.State;

namespace Aurora.Broker.Dispatch;

/// <summary>
/// Asks coordinators of SLA policies over HTTP (aurora-spec section 8.3). Only status 200 with a JSON object whose status key is true lets a task go; everything else, and no
/// answer in time, denies. Whom to ask and how many at once the loop decides. Jobs' owners name the addresses, so no redirect is followed, no proxy, cookie or credential is used,
/// and at most 64 KiB are read; what came is never logged.
/// </summary>
/// <param name="hand">Hands an answer to the loop.</param>
/// <param name="options">The time for an answer.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where to report.</param>
internal sealed class CoordinatorCalls(Func<CoordinatorAnswered, CancellationToken, ValueTask> hand, SlaOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private const int MaxAnswer = 64 * 1024;

    private readonly CancellationTokenSource _closing = new();
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = 64,
        MaxResponseDrainSize = 0,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        ActivityHeadersPropagator = null,
    });

    /// <summary>Asks, and hands the answer over.</summary>
    public async Task AskAsync(AskCoordinator question)
    {
        try
        {
            await hand(new CoordinatorAnswered(question.Request, await IsAllowedAsync(question)), _closing.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            // This broker steps down, and its loop may have ended already. The next leader asks again.
        }
    }

    /// <summary>Breaks off what is under way: a broker that steps down must not wait for coordinators.</summary>
    public Task StopAsync() => _closing.CancelAsync();

    /// <summary>To be called when nobody asks any more.</summary>
    public void Dispose()
    {
        _http.Dispose();
        _closing.Dispose();
    }

    private async Task<bool> IsAllowedAsync(AskCoordinator question)
    {
        using var limit = new CancellationTokenSource(options.CoordinatorTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closing.Token);
        try
        {
            return await PostAsync(question, either.Token);
        }
        catch (Exception e) when (!_closing.IsCancellationRequested && e is OperationCanceledException or HttpRequestException or IOException or UriFormatException)
        {
            Log.CoordinatorFailed(logger, question.Task.Job, question.Task.Instance,
                e is OperationCanceledException ? $"no answer within {options.CoordinatorTimeout.TotalSeconds:0} s" : e.Message);
            return false;
        }
    }

    private async Task<bool> PostAsync(AskCoordinator question, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(CoordinatorBody.Write(question)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, CoordinatorBody.Address(question)) { Content = content };
        using var response = await _http.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            Log.CoordinatorFailed(logger, question.Task.Job, question.Task.Instance, $"it answered with status {(int)response.StatusCode}");
            return false;
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var body = new byte[MaxAnswer + 1];
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxAnswer)
        {
            Log.CoordinatorFailed(logger, question.Task.Job, question.Task.Instance, $"its answer is longer than {MaxAnswer} bytes");
            return false;
        }

        return CoordinatorBody.Allows(body.AsMemory(0, length), question.Policy.StatusKey ?? "drain");
    }
}
