using System.Globalization;
using System.Text;

namespace Aurora.Worker.Health;

/// <summary>
/// Asks an endpoint of the task (aurora-spec section 3.7). An HTTP error counts as its code with an empty body; so with no expected body and code 0 any response is healthy,
/// even 500. Weak where somebody else listens on the task's port: it cannot tell.
/// </summary>
/// <param name="port">The number of the port named <c>health</c>.</param>
/// <param name="check">What is asked and expected.</param>
/// <param name="time">Measures the timeout.</param>
internal sealed class HttpHealthProbe(int port, HealthCheck.Http check, TimeProvider time) : IHealthProbe
{
    /// <summary>How much of a body is read, in bytes; what comes after it is not looked at.</summary>
    public const int BodyLimit = 64 * 1024;

    private string Asked => string.Create(CultureInfo.InvariantCulture, $"GET {check.Endpoint} on port {port}");

    /// <inheritdoc/>
    public async Task<HealthResult> CheckAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(check.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await LoopbackHttp.SendAsync(HttpMethod.Get, port, check.Endpoint, either.Token);
            return Judge((int)response.StatusCode, check.ExpectedResponse.Length == 0 ? null : await BodyAsync(response, either.Token));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // A connection that is closed because the time is over can show itself as broken.
            cancellationToken.ThrowIfCancellationRequested();
            return timeout.IsCancellationRequested ? TimedOut() : HealthResult.Bad($"{Asked}: {LoopbackHttp.Reason(e)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return TimedOut();
        }
    }

    private HealthResult TimedOut() => HealthResult.Bad(string.Create(CultureInfo.InvariantCulture, $"{Asked}: timed out after {check.Timeout.TotalSeconds} s"));

    private HealthResult Judge(int code, string? body)
    {
        if (check.ExpectedCode != 0 && check.ExpectedCode != code)
        {
            return HealthResult.Bad(string.Create(CultureInfo.InvariantCulture, $"{Asked}: answered {code}, expected {check.ExpectedCode}"));
        }

        if (body is null || string.Equals(body.Trim(), check.ExpectedResponse, StringComparison.OrdinalIgnoreCase))
        {
            return HealthResult.Good;
        }

        var instead = code >= 400 ? "" : string.Create(CultureInfo.InvariantCulture, $", and not '{check.ExpectedResponse}' but another text of {body.Length} characters");
        return HealthResult.Bad(string.Create(CultureInfo.InvariantCulture, $"{Asked}: answered {code}{instead}"));
    }

    private static async Task<string> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if ((int)response.StatusCode >= 400)
        {
            return "";
        }

        var body = new byte[BodyLimit];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(body, BodyLimit, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(body, 0, length);
    }
}
