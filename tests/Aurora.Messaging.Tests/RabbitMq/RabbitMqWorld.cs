using Aurora.Messaging.RabbitMq;
using Aurora.TestSupport.RabbitMq;
using RabbitMQ.Client;
using Xunit;

namespace Aurora.Messaging.Tests.RabbitMq;

/// <summary>A server of its own for a test class that stops, kills or blocks it.</summary>
public sealed class PrivateServerFixture : IAsyncLifetime
{
    private readonly RabbitMqFixture _fixture = new();

    public Task<RabbitMqServer> ServerAsync() => _fixture.ServerAsync();

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}

/// <summary>One test's vhost, reached through a proxy that can freeze its connections.</summary>
internal sealed class RabbitMqWorld : IAsyncDisposable
{
    public const string Queue = QueueNames.Commands;
    private readonly List<IMessageBus> _connected = [];
    private readonly Uri _direct;

    private RabbitMqWorld(RabbitMqServer server, Uri vhost) => (Server, _direct, Proxy) = (server, vhost, new StallableProxy(server.Port));

    public RabbitMqServer Server { get; }

    public StallableProxy Proxy { get; }

    public string Vhost => _direct.AbsolutePath[1..];

    public RabbitMqOptions Options => RabbitMqOptions.For(new UriBuilder(_direct) { Port = Proxy.Port }.Uri) with { ReconnectDelayLimit = TimeSpan.FromMilliseconds(500) };

    public static async Task<RabbitMqWorld> CreateAsync(RabbitMqServer server) => new(server, await server.CreateVhostAsync());

    public async Task<RabbitMqBus> ConnectAsync(RabbitMqOptions? options = null)
    {
        var cancel = TestContext.Current.CancellationToken;
        var bus = await RabbitMqBus.ConnectAsync(options ?? Options, XunitLogger.For<RabbitMqBus>(), null, cancel);
        _connected.Add(bus);
        await bus.DeclareQueueAsync(Queue, cancel);
        return bus;
    }

    /// <summary>Does something on a channel of its own, past the proxy and the product.</summary>
    public async Task OnRawChannelAsync(Func<IChannel, Task> work)
    {
        await using var connection = await new ConnectionFactory { Uri = _direct }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await work(channel);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var bus in _connected)
            await bus.DisposeAsync();
        await Proxy.DisposeAsync();
    }
}
