using Xunit;

namespace Aurora.TestSupport.RabbitMq;

/// <summary>
/// One private server shared by the tests of an assembly or class (<c>[assembly: AssemblyFixture(typeof(RabbitMqFixture))]</c>). It starts with the
/// first test that asks for it. Where rabbitmq-server is missing, the asking test is skipped and says so.
/// </summary>
public sealed class RabbitMqFixture : IAsyncLifetime
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private RabbitMqServer? _server;

    /// <summary>The running server, started when it is not yet.</summary>
    public async Task<RabbitMqServer> ServerAsync()
    {
        Assert.SkipWhen(RabbitMqServer.WhyMissing is not null, RabbitMqServer.WhyMissing ?? "");
        await _starting.WaitAsync();
        try
        {
            return _server ??= await RabbitMqServer.StartNewAsync(CancellationToken.None);
        }
        finally
        {
            _starting.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _starting.Dispose();
    }
}
