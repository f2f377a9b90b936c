using Aurora.Messaging.RabbitMq;
using Aurora.Messaging.Tests.Contract;
using Aurora.TestSupport.RabbitMq;
using RabbitMQ.Client;
using Xunit;
using Headers = Aurora.Messaging.RabbitMq.Headers;

[assembly: AssemblyFixture(typeof(RabbitMqFixture))]

namespace Aurora.Messaging.Tests.RabbitMq;

/// <summary>The RabbitMQ bus against the contract, on a real server, each test in a vhost of its own; and what only RabbitMQ can show.</summary>
public sealed class RabbitMqBusTests(RabbitMqFixture fixture) : MessageBusContract
{
    private StallableProxy? _proxy;
    private Uri? _vhost;

    protected override async Task<IMessageBus> OpenAsync(BusOptions options)
    {
        var server = await fixture.ServerAsync();
        _vhost ??= await server.CreateVhostAsync();
        _proxy ??= new StallableProxy(server.Port);
        var address = new UriBuilder(_vhost) { Port = _proxy.Port }.Uri;
        return await RabbitMqBus.ConnectAsync(RabbitMqOptions.For(address) with { Bus = options }, XunitLogger.For<RabbitMqBus>(), null, Cancel);
    }

    protected override Task StallAsync(IMessageBus bus)
    {
        _proxy!.Stall();
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_proxy is not null)
            await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task WhenANewerConsumerIsThere_TheOlderOneGetsNothing_ThoughItStandsStill()
    {
        var (deposed, leading) = (await ConnectAsync(), await ConnectAsync());
        var (old, fresh) = (new Inbox<IDelivery>(), new Inbox<IDelivery>());
        var since = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await using var first = await deposed.ConsumeAsync(Queue, 10, old.HandleAsync, Cancel);
        await Eventually.TrueAsync(() => DateTimeOffset.UtcNow.ToUnixTimeSeconds() > since + 1, "the second is over");
        await using var second = await leading.ConsumeAsync(Queue, 10, fresh.HandleAsync, Cancel);

        for (var i = 0; i < 8; i++)
            await leading.PublishAsync(Queue, Some.Message(i), Cancel);

        for (var i = 0; i < 8; i++)
            Assert.Equal(i, (await fresh.NextAsync()).Message.Number());
    }

    [Theory]
    [InlineData("nothing", "aurora-name")]
    [InlineData("no version", "aurora-version")]
    [InlineData("version 0", "aurora-version")]
    [InlineData("version text", "aurora-version")]
    [InlineData("no id", "message-id")]
    public async Task AnUnreadableMessage_IsDeadLetteredWithTheReason_AndTheConsumerGoesOn(string fault, string reason)
    {
        var bus = await ConnectAsync();
        var (inbox, dead) = (new Inbox<IDelivery>(), new Inbox<IDelivery>());
        await using var letters = await bus.ConsumeAsync(QueueNames.DeadLetters, 10, dead.HandleAsync, Cancel);
        await using var consumer = await bus.ConsumeAsync(Queue, 10, inbox.HandleAsync, Cancel);

        await PublishRawAsync(Queue, Broken(fault));
        await bus.PublishAsync(Queue, Some.Message(5), Cancel);

        var letter = await dead.NextAsync();
        Assert.StartsWith("unreadable:", letter.DeadLetterReason, StringComparison.Ordinal);
        Assert.Contains(reason, letter.DeadLetterReason, StringComparison.Ordinal);
        Assert.Equal("raw"u8.ToArray(), letter.Message.Body.ToArray());
        Assert.Equal(5, (await inbox.NextAsync()).Message.Number());
    }

    [Fact]
    public async Task AQueueThatExistsWithOtherProperties_IsAClearError()
    {
        var bus = await ConnectAsync();
        await OnRawChannelAsync(channel => channel.QueueDeclareAsync("aurora.status", durable: true, exclusive: false, autoDelete: false));
        var error = await Assert.ThrowsAsync<BusException>(() => bus.DeclareQueueAsync(QueueNames.Status, Cancel));
        Assert.Contains("other properties", error.Message, StringComparison.Ordinal);
        Assert.True(bus.Health.IsUp, bus.Health.Detail);
    }

    private static BasicProperties Broken(string fault)
    {
        var properties = WireMessage.Properties(Some.Message(), persistent: true);
        switch (fault)
        {
            case "nothing":
                return new BasicProperties();
            case "no version":
                properties.Headers!.Remove(Headers.Version);
                break;
            case "version 0":
                properties.Headers![Headers.Version] = 0;
                break;
            case "version text":
                properties.Headers![Headers.Version] = "one";
                break;
            case "no id":
                properties.MessageId = "7";
                break;
        }
        return properties;
    }

    private Task PublishRawAsync(string queue, BasicProperties properties) =>
        OnRawChannelAsync(channel => channel.BasicPublishAsync("", queue, mandatory: true, properties, "raw"u8.ToArray()).AsTask());

    private async Task OnRawChannelAsync(Func<IChannel, Task> work)
    {
        await using var connection = await new ConnectionFactory { Uri = _vhost! }.CreateConnectionAsync(Cancel);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Cancel);
        await work(channel);
    }
}
