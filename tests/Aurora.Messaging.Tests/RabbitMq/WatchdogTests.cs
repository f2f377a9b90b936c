using Aurora.Messaging.RabbitMq;
using Aurora.Messaging.Tests.Contract;
using Aurora.TestSupport.RabbitMq;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Xunit;
using Headers = Aurora.Messaging.RabbitMq.Headers;

namespace Aurora.Messaging.Tests.RabbitMq;

/// <summary>A consumer that hears nothing any more is found and rebuilt; one that is merely idle is left alone.</summary>
public sealed class WatchdogTests(RabbitMqFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhenTheNetworkSwallowsEverything_TheBusRebuildsItsConnection_LongBeforeTheHeartbeatNotices()
    {
        await using var world = await RabbitMqWorld.CreateAsync(await fixture.ServerAsync());
        var bus = await world.ConnectAsync(world.Options with { ProbeInterval = TimeSpan.FromSeconds(1), Heartbeat = TimeSpan.FromMinutes(5) });
        var inbox = new Inbox<IDelivery>();
        await bus.ConsumeAsync(RabbitMqWorld.Queue, 10, inbox.HandleAsync, Cancel);

        world.Proxy.Stall();

        await bus.PublishAsync(RabbitMqWorld.Queue, Some.Message(1), Cancel);
        Assert.Equal(1, (await inbox.NextAsync()).Message.Number());
    }

    [Fact]
    public async Task WhenAnotherConsumerSwallowsTheProbes_TheBusRebuildsItsConnection()
    {
        await using var world = await RabbitMqWorld.CreateAsync(await fixture.ServerAsync());
        var bus = await world.ConnectAsync(world.Options with { ProbeInterval = TimeSpan.FromSeconds(1) });
        await bus.ConsumeAsync(RabbitMqWorld.Queue, 10, new Inbox<IDelivery>().HandleAsync, Cancel);
        var connections = world.Proxy.Connections;

        // A consumer with a higher priority gets everything: ours looks alive and hears nothing, which is what deaf means.
        await world.OnRawChannelAsync(async channel =>
        {
            var arguments = new Dictionary<string, object?> { ["x-priority"] = int.MaxValue };
            await channel.BasicConsumeAsync(RabbitMqWorld.Queue, true, "", false, false, arguments, new AsyncEventingBasicConsumer(channel), Cancel);
            await Eventually.TrueAsync(() => world.Proxy.Connections > connections, "the bus has connected again");
        });
    }

    [Fact]
    public async Task AnIdleConsumer_AnswersItsProbes_AndKeepsItsConnection()
    {
        var server = await fixture.ServerAsync();
        await using var world = await RabbitMqWorld.CreateAsync(server);
        await server.EvalAsync($"rabbit_trace:start(<<\"{world.Vhost}\">>)");
        var bus = await world.ConnectAsync(world.Options with { ProbeInterval = TimeSpan.FromSeconds(1) });
        var inbox = new Inbox<IDelivery>();
        await bus.ConsumeAsync(RabbitMqWorld.Queue, 10, inbox.HandleAsync, Cancel);
        var connections = world.Proxy.Connections;

        // The server's own trace shows what was delivered from the queue.
        await world.OnRawChannelAsync(async channel =>
        {
            var delivered = new Inbox<string>();
            var trace = await channel.QueueDeclareAsync(cancellationToken: Cancel);
            await channel.QueueBindAsync(trace.QueueName, "amq.rabbitmq.trace", $"deliver.{RabbitMqWorld.Queue}", cancellationToken: Cancel);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += async (_, traced) => await delivered.HandleAsync(traced.RoutingKey, Cancel);
            await channel.BasicConsumeAsync(trace.QueueName, autoAck: true, consumer, Cancel);
            await delivered.NextAsync(3);
        });

        Assert.Equal(connections, world.Proxy.Connections);
        Assert.True(bus.Health.IsUp, bus.Health.Detail);
        Assert.Equal(0, inbox.Waiting);
    }

    [Fact]
    public async Task WhenTheQueueIsDeletedFromOutside_TheConsumerMakesItAgainAndHears()
    {
        await using var world = await RabbitMqWorld.CreateAsync(await fixture.ServerAsync());
        var bus = await world.ConnectAsync();
        var sender = await world.ConnectAsync();
        var inbox = new Inbox<IDelivery>();
        await bus.ConsumeAsync(RabbitMqWorld.Queue, 10, inbox.HandleAsync, Cancel);
        var connections = world.Proxy.Connections;

        await world.OnRawChannelAsync(channel => channel.QueueDeleteAsync(RabbitMqWorld.Queue, cancellationToken: Cancel));

        await Eventually.TrueAsync(() => world.Proxy.Connections >= connections + 2 && bus.Health.IsUp, "the bus has connected again");
        await sender.DeclareQueueAsync(RabbitMqWorld.Queue, Cancel);
        await sender.PublishAsync(RabbitMqWorld.Queue, Some.Message(4), Cancel);
        Assert.Equal(4, (await inbox.NextAsync()).Message.Number());
    }

    [Fact]
    public async Task AProbe_NeverReachesAHandler_NotEvenAnotherBussOne()
    {
        await using var world = await RabbitMqWorld.CreateAsync(await fixture.ServerAsync());
        var bus = await world.ConnectAsync();
        var inbox = new Inbox<IDelivery>();
        await bus.ConsumeAsync(RabbitMqWorld.Queue, 10, inbox.HandleAsync, Cancel);

        await bus.PublishAsync(RabbitMqWorld.Queue, Some.Message(0, Headers.ProbeName), Cancel);
        await bus.PublishAsync(RabbitMqWorld.Queue, Some.Message(1), Cancel);

        Assert.Equal(1, (await inbox.NextAsync()).Message.Number());
    }
}
