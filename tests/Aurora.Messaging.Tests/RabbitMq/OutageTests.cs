using System.Collections.Concurrent;
using Aurora.Messaging.Tests.Contract;
using Xunit;

namespace Aurora.Messaging.Tests.RabbitMq;

/// <summary>What happens when the server dies, comes back, or has no memory left. A server of its own, since others would suffer.</summary>
public sealed class OutageTests(PrivateServerFixture fixture) : IClassFixture<PrivateServerFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhenTheServerIsKilledAndComesBack_NothingConfirmedIsLost_AndEverybodyGoesOn()
    {
        var server = await fixture.ServerAsync();
        await using var world = await RabbitMqWorld.CreateAsync(server);
        var bus = await world.ConnectAsync();
        var hasty = await world.ConnectAsync(world.Options with { Bus = new BusOptions { PublishTimeout = TimeSpan.FromMilliseconds(300) } });
        var inbox = new Inbox<IDelivery>();
        await bus.ConsumeAsync(RabbitMqWorld.Queue, 10, inbox.HandleAsync, Cancel);
        await bus.DeclareQueueAsync(QueueNames.Status, Cancel);
        await bus.PublishAsync(RabbitMqWorld.Queue, Some.Message(1), Cancel);
        var held = await inbox.NextAsync();
        var request = bus.RequestAsync(QueueNames.Status, Some.Message(), TimeSpan.FromMinutes(5), Cancel);
        var requests = new Inbox<IDelivery>();
        var requested = await hasty.ConsumeAsync(QueueNames.Status, 10, requests.HandleAsync, Cancel);
        await requests.NextAsync();

        await server.KillAsync();

        await Assert.ThrowsAsync<BusException>(() => request);
        await Eventually.TrueAsync(() => !bus.Health.IsUp && !hasty.Health.IsUp, "the bus knows that the server is gone");
        Assert.NotNull(bus.Health.Detail);
        await Assert.ThrowsAsync<BusException>(() => hasty.PublishAsync(RabbitMqWorld.Queue, Some.Message(99), Cancel));

        await server.StartAsync(Cancel);

        await Eventually.TrueAsync(() => bus.Health.IsUp, "the bus is up again");
        await bus.PublishAsync(RabbitMqWorld.Queue, Some.Message(2), Cancel);
        var again = await inbox.NextAsync();
        Assert.Equal(1, again.Message.Number());
        Assert.True(again.Redelivered);

        // The old delivery's tag means another message on the new channel, or nothing; settling it must not touch that.
        held.Ack();
        held.Reject("stale");
        again.Ack();
        Assert.Equal(2, (await inbox.NextAsync()).Message.Number());
        await requested.DisposeAsync();
    }

    [Fact]
    public async Task WhenTheServerIsKilledWhileMessagesStream_EveryConfirmedOneArrives()
    {
        var server = await fixture.ServerAsync();
        await using var world = await RabbitMqWorld.CreateAsync(server);
        var sender = await world.ConnectAsync(world.Options with { Bus = new BusOptions { ConfirmWindow = 50, PublishTimeout = TimeSpan.FromMinutes(1) } });
        var receiver = await world.ConnectAsync();
        var received = new ConcurrentDictionary<int, int>();
        await receiver.ConsumeAsync(RabbitMqWorld.Queue, 100, Receive, Cancel);
        var confirmed = new ConcurrentDictionary<int, int>();
        using var enough = new CancellationTokenSource();
        var next = 0;
        var senders = Enumerable.Range(0, 8).Select(_ => SendAsync()).ToArray();

        await Eventually.TrueAsync(() => confirmed.Count >= 200, "messages flow");
        await server.KillAsync();
        await server.StartAsync(Cancel);
        var before = confirmed.Count;
        await Eventually.TrueAsync(() => confirmed.Count >= before + 200, "messages flow again");
        await enough.CancelAsync();
        await Task.WhenAll(senders);

        await Eventually.TrueAsync(() => confirmed.Keys.All(received.ContainsKey), "every confirmed message arrives");

        async Task SendAsync()
        {
            while (!enough.IsCancellationRequested)
            {
                var number = Interlocked.Increment(ref next);
                await sender.PublishAsync(RabbitMqWorld.Queue, Some.Message(number), Cancel);
                confirmed[number] = 0;
            }
        }

        ValueTask Receive(IDelivery delivery, CancellationToken token)
        {
            received[delivery.Message.Number()] = 0;
            delivery.Ack();
            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public async Task WhileTheServerBlocksPublishers_HealthSaysSo_AndPublishesWait()
    {
        var server = await fixture.ServerAsync();
        await using var world = await RabbitMqWorld.CreateAsync(server);
        var bus = await world.ConnectAsync();
        var hasty = await world.ConnectAsync(world.Options with { Bus = new BusOptions { PublishTimeout = TimeSpan.FromMilliseconds(300) } });
        await server.EvalAsync("rabbit_alarm:set_alarm({{resource_limit, memory, node()}, []})");
        try
        {
            // The server blocks a connection when it next publishes.
            var waiting = bus.PublishAsync(RabbitMqWorld.Queue, Some.Message(1), Cancel);
            await Eventually.TrueAsync(() => !bus.Health.IsUp, "the bus knows that it is blocked");
            Assert.Contains("block", bus.Health.Detail, StringComparison.OrdinalIgnoreCase);
            await Assert.ThrowsAsync<BusException>(() => hasty.PublishAsync(RabbitMqWorld.Queue, Some.Message(2), Cancel));
            var refused = await Assert.ThrowsAsync<BusException>(() => hasty.PublishAsync(RabbitMqWorld.Queue, Some.Message(3), Cancel));
            Assert.Contains("block", refused.Message, StringComparison.OrdinalIgnoreCase);
            await server.EvalAsync("rabbit_alarm:clear_alarm({resource_limit, memory, node()})");
            await waiting;
            await Eventually.TrueAsync(() => bus.Health.IsUp, "the bus is up again");
        }
        finally
        {
            await server.EvalAsync("rabbit_alarm:clear_alarm({resource_limit, memory, node()})");
        }
    }

    [Fact]
    public async Task WhenTheServerClosesAllConnections_TheBusComesBackByItself()
    {
        var server = await fixture.ServerAsync();
        await using var world = await RabbitMqWorld.CreateAsync(server);
        var bus = await world.ConnectAsync();
        var (inbox, events) = (new Inbox<IDelivery>(), new Inbox<BusMessage>());
        await bus.ConsumeAsync(RabbitMqWorld.Queue, 10, inbox.HandleAsync, Cancel);
        await bus.SubscribeAsync("#", events.HandleAsync, Cancel);
        var connections = world.Proxy.Connections;

        await server.EvalAsync("[rabbit_networking:close_connection(C, \"test\") || C <- rabbit_networking:connections()]");

        await Eventually.TrueAsync(() => world.Proxy.Connections >= connections + 2 && bus.Health.IsUp, "the bus has connected again");
        await bus.PublishAsync(RabbitMqWorld.Queue, Some.Message(1), Cancel);
        Assert.Equal(1, (await inbox.NextAsync()).Message.Number());
    }
}
