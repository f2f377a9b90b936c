using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Aurora.Broker.Tests.Maintenance;

/// <summary>A real HTTP server on the loopback, which answers as the test says.</summary>
internal sealed class FakeCoordinator : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _underWay;
    private int _mostAtOnce;

    private FakeCoordinator(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public ConcurrentQueue<(string Method, string Path, string? Task, string? Type, JsonElement Body)> Requests { get; } = new();

    public int MostAtOnce => _mostAtOnce;

    public Func<HttpContext, Task> Answer { get; set; } = context => context.Response.WriteAsync("""{"drain":true}""");

    public static async Task<FakeCoordinator> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var coordinator = new FakeCoordinator(builder.Build());
        coordinator._app.Run(coordinator.HandleAsync);
        await coordinator._app.StartAsync();
        return coordinator;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var now = Interlocked.Increment(ref _underWay);
        for (var most = _mostAtOnce; now > most && Interlocked.CompareExchange(ref _mostAtOnce, now, most) != most; most = _mostAtOnce)
        {
        }

        try
        {
            var body = await JsonDocument.ParseAsync(context.Request.Body);
            Requests.Enqueue((context.Request.Method, context.Request.Path + context.Request.QueryString, context.Request.Query["task"], context.Request.ContentType, body.RootElement));
            await Answer(context);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
