using Aurora.Worker.Lifecycle;
using Aurora.Worker.Tests.Health;
using Xunit;

namespace Aurora.Worker.Tests.Lifecycle;

public sealed class LifecycleHookFacts
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(200)]
    [InlineData(302)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task AnyResponseCounts(int code)
    {
        await using var server = TinyHttpServer.Answering(code, "");

        Assert.True(await PostAsync(server.Port, Long));
        var request = Assert.Single(server.Requests);
        Assert.StartsWith("POST /quitquitquit HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Length: 0\r\n", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhenNobodyListens_ItIsNotAnswered()
    {
        using var port = new ClosedPort();

        Assert.False(await PostAsync(port.Number, Long));
    }

    [Fact]
    public async Task WhenNoResponseComesInTime_ItIsNotAnswered()
    {
        await using var server = TinyHttpServer.Silent();

        Assert.False(await PostAsync(server.Port, TimeSpan.FromSeconds(0.2)));
    }

    [Fact]
    public async Task WhatIsNotHttp_IsNoAnswer()
    {
        await using var server = TinyHttpServer.Answering("bye\r\n\r\n");

        Assert.False(await PostAsync(server.Port, Long));
    }

    [Fact]
    public async Task WhenTheCallerGivesUp_ItIsTold()
    {
        await using var server = TinyHttpServer.Silent();
        using var stop = new CancellationTokenSource();
        var post = LifecycleHook.PostAsync(server.Port, "/quitquitquit", Long, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => post);
    }

    private static Task<bool> PostAsync(int port, TimeSpan timeout) =>
        LifecycleHook.PostAsync(port, "/quitquitquit", timeout, TestContext.Current.CancellationToken);
}
