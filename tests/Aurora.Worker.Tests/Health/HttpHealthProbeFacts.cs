using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Aurora.Worker.Health;
using Xunit;

namespace Aurora.Worker.Tests.Health;

public sealed class HttpHealthProbeFacts
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(200, "ok", "ok", 0, null)]
    [InlineData(200, " OK\r\n", "ok", 0, null)] // trimmed, and without regard to case
    [InlineData(200, "ok", "Ok", 0, null)]
    [InlineData(200, "okay", "ok", 0, "answered 200, and not 'ok' but another text of 4 characters")]
    [InlineData(200, "", "ok", 0, "answered 200, and not 'ok' but another text of 0 characters")]
    [InlineData(500, "ok", "ok", 0, "answered 500")] // an error has no body
    [InlineData(404, "ok", "", 0, null)] // any response will do
    [InlineData(500, "dead", "", 0, null)]
    [InlineData(503, "", "", 503, null)] // an expected error
    [InlineData(200, "ok", "ok", 200, null)]
    [InlineData(200, "ok", "ok", 204, "answered 200, expected 204")]
    [InlineData(503, "", "", 200, "answered 503, expected 200")]
    public async Task AResponseIsJudgedByBodyAndCode(int code, string body, string expected, int expectedCode, string? why)
    {
        await using var server = TinyHttpServer.Answering(code, body);

        var result = await CheckAsync(server.Port, "/health", expected, expectedCode);

        Assert.Equal((why is null, why is null ? null : $"GET /health on port {server.Port}: {why}"), (result.Healthy, result.Why));
    }

    [Fact]
    public async Task TheEndpointIsAskedForUnderTheNameLocalhost_OnAConnectionOfItsOwn()
    {
        await using var server = TinyHttpServer.Answering(200, "ok");

        Assert.True((await CheckAsync(server.Port, "/a/b?c=d")).Healthy);
        Assert.True((await CheckAsync(server.Port, "without-slash")).Healthy);

        Assert.Equal(["GET /a/b?c=d HTTP/1.1", "GET /without-slash HTTP/1.1"], server.Requests.Select(r => r.Split("\r\n")[0]));
        Assert.All(server.Requests, r => Assert.Contains($"\r\nHost: localhost:{server.Port}\r\n", r, StringComparison.Ordinal));
        Assert.All(server.Requests, r => Assert.Contains("\r\nConnection: close\r\n", r, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhenATaskServesOnIPv6Only_ItIsFound()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "the machine has no IPv6");
        await using var server = TinyHttpServer.Answering(200, "ok", IPAddress.IPv6Loopback);

        Assert.True((await CheckAsync(server.Port, "/health")).Healthy);
    }

    [Fact]
    public async Task WhenNobodyListens_TheConnectionIsRefused()
    {
        using var port = new ClosedPort();

        Assert.Equal(HealthResult.Bad($"GET /health on port {port.Number}: connection refused"), await CheckAsync(port.Number, "/health", expected: ""));
    }

    [Fact]
    public async Task WhenNoResponseComes_TheCheckTimesOut()
    {
        await using var server = TinyHttpServer.Silent();

        Assert.Equal(HealthResult.Bad($"GET /health on port {server.Port}: timed out after 0.2 s"), await CheckAsync(server.Port, "/health", expected: "", timeout: TimeSpan.FromSeconds(0.2)));
    }

    [Fact]
    public async Task WhenABodyDoesNotEnd_TheCheckTimesOut()
    {
        await using var server = new TinyHttpServer(async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nok"u8.ToArray(), stop);
            await Task.Delay(Timeout.Infinite, stop);
        });

        Assert.Equal(HealthResult.Bad($"GET /health on port {server.Port}: timed out after 0.2 s"), await CheckAsync(server.Port, "/health", timeout: TimeSpan.FromSeconds(0.2)));
    }

    [Fact]
    public async Task WhenABodyIsEndless_OnlyItsBeginningIsRead()
    {
        await using var server = new TinyHttpServer(async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), stop);
            while (true)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(new string('x', 10_000)), stop);
            }
        });

        var result = await CheckAsync(server.Port, "/health");

        Assert.EndsWith($"answered 200, and not 'ok' but another text of {HttpHealthProbe.BodyLimit} characters", result.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhenTheResponseIsARedirect_ItIsNotFollowed()
    {
        await using var other = TinyHttpServer.Answering(200, "ok");
        await using var server = TinyHttpServer.Answering($"HTTP/1.1 302 Found\r\nLocation: http://localhost:{other.Port}/health\r\nContent-Length: 0\r\n\r\n");

        Assert.False((await CheckAsync(server.Port, "/health")).Healthy);
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData("hello\r\n\r\n")]
    [InlineData("")]
    public async Task WhatIsNotHttp_IsUnhealthy_AlsoWhenAnyResponseWouldDo(string answer)
    {
        await using var server = TinyHttpServer.Answering(answer);

        var result = await CheckAsync(server.Port, "/health", expected: "");

        Assert.False(result.Healthy);
        Assert.StartsWith($"GET /health on port {server.Port}: no valid HTTP response (", result.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhenACheckIsBrokenOff_ItEndsAtOnce()
    {
        await using var server = TinyHttpServer.Silent();
        using var stop = new CancellationTokenSource();
        var check = Probe(server.Port, "/health", "ok", 0, Long).CheckAsync(stop.Token);
        await stop.CancelAsync();

        var watch = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
        Assert.True(watch.Elapsed < Long / 2);
    }

    private static Task<HealthResult> CheckAsync(int port, string endpoint, string expected = "ok", int expectedCode = 0, TimeSpan? timeout = null) =>
        Probe(port, endpoint, expected, expectedCode, timeout ?? Long).CheckAsync(TestContext.Current.CancellationToken);

    private static HttpHealthProbe Probe(int port, string endpoint, string expected, int expectedCode, TimeSpan timeout) =>
        new(port, new HealthCheck.Http(endpoint, expected, expectedCode, TimeSpan.FromSeconds(10), timeout), TimeProvider.System);
}
