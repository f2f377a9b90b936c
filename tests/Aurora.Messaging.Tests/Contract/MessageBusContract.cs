using Xunit;

namespace Aurora.Messaging.Tests.Contract;

/// <summary>
/// What every bus must do; a bus's test class is a few lines on top. Each test has a world of its own (queues, vhost), to which it may connect
/// several times, as broker, worker and client do.
/// </summary>
public abstract class MessageBusContract : IAsyncLifetime
{
    protected const string Queue = "aurora.commands";
    private readonly List<IMessageBus> _connected = [];

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Connects to this test's world.</summary>
    protected abstract Task<IMessageBus> OpenAsync(BusOptions options);

    /// <summary>From now on the bus takes no further message into the queue, and says nothing.</summary>
    protected abstract Task StallAsync(IMessageBus bus);

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var bus in _connected)
            await bus.DisposeAsync();
    }

    protected async Task<IMessageBus> ConnectAsync(BusOptions? options = null)
    {
        var bus = await OpenAsync(options ?? new BusOptions());
        _connected.Add(bus);
        await bus.DeclareQueueAsync(Queue, Cancel);
        return bus;
    }

    protected static Task PublishAllAsync(IMessageBus bus, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(n => bus.PublishAsync(Queue, Some.Message(n), Cancel)));

    [Fact]
    public async Task AMessage_ArrivesWithItsNameVersionIdAndBody()
    {
        var bus = await ConnectAsync();
        var inbox = new Inbox<IDelivery>();
        var sent = new BusMessage("create_job", 3, Guid.NewGuid(), "{\"a\":\"ä\"}"u8.ToArray());
        await bus.PublishAsync(Queue, sent, Cancel);

        await using var consumer = await bus.ConsumeAsync(Queue, 10, inbox.HandleAsync, Cancel);
        var got = await inbox.NextAsync();

        Assert.Equal((sent.Name, sent.Version, sent.Id), (got.Message.Name, got.Message.Version, got.Message.Id));
        Assert.Equal(sent.Body.ToArray(), got.Message.Body.ToArray());
        Assert.False(got.Redelivered);
        Assert.Null(got.ReplyTo);
        Assert.Null(got.DeadLetterReason);
    }

    [Fact]
    public async Task MessagesOfOnePublisher_ArriveInTheOrderOfTheCalls()
    {
        var bus = await ConnectAsync(new BusOptions { ConfirmWindow = 7 });
        var inbox = new Inbox<IDelivery>();
        await using var consumer = await bus.ConsumeAsync(Queue, 50, AckAndKeep(inbox), Cancel);

        await PublishAllAsync(bus, 500);

        Assert.Equal(Enumerable.Range(0, 500), (await inbox.NextAsync(500)).Select(d => d.Message.Number()));
    }

    [Fact]
    public async Task ManyConcurrentPublishers_AreAllConfirmedAndAllArrive()
    {
        var bus = await ConnectAsync(new BusOptions { ConfirmWindow = 100 });
        var inbox = new Inbox<IDelivery>();
        await using var consumer = await bus.ConsumeAsync(Queue, 200, AckAndKeep(inbox), Cancel);

        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 200 }, async (n, _) => await bus.PublishAsync(Queue, Some.Message(n), Cancel));

        var numbers = (await inbox.NextAsync(1000)).Select(d => d.Message.Number()).Order();
        Assert.Equal(Enumerable.Range(0, 1000), numbers);
    }

    [Fact]
    public async Task WhenAConsumerDiesBeforeItAcknowledges_ItsMessagesComeAgainInOrderMarkedAsRedelivered()
    {
        var sender = await ConnectAsync();
        var dying = await ConnectAsync();
        var first = new Inbox<IDelivery>();
        await dying.ConsumeAsync(Queue, 10, first.HandleAsync, Cancel);
        await PublishAllAsync(sender, 5);
        var held = await first.NextAsync(5);
        held[1].Ack();

        await dying.DisposeAsync();

        var second = new Inbox<IDelivery>();
        await using var consumer = await sender.ConsumeAsync(Queue, 10, second.HandleAsync, Cancel);
        var again = await second.NextAsync(4);
        Assert.Equal([0, 2, 3, 4], again.Select(d => d.Message.Number()));
        Assert.All(again, d => Assert.True(d.Redelivered));
    }

    [Fact]
    public async Task WhenAConsumerIsDisposed_ItsUnsettledMessagesGoToTheNextOne_AndLateAcksDoNothing()
    {
        var bus = await ConnectAsync();
        var first = new Inbox<IDelivery>();
        var consumer = await bus.ConsumeAsync(Queue, 10, first.HandleAsync, Cancel);
        await PublishAllAsync(bus, 2);
        var held = await first.NextAsync(2);
        await consumer.DisposeAsync();

        held[0].Ack();
        held[1].Reject("too late");

        var second = new Inbox<IDelivery>();
        await using var next = await bus.ConsumeAsync(Queue, 10, second.HandleAsync, Cancel);
        Assert.Equal([0, 1], (await second.NextAsync(2)).Select(d => d.Message.Number()));
    }

    [Fact]
    public async Task ARequeuedMessage_ComesAgainBeforeTheOnesBehindIt()
    {
        var bus = await ConnectAsync();
        var inbox = new Inbox<IDelivery>();
        await PublishAllAsync(bus, 3);
        await using var consumer = await bus.ConsumeAsync(Queue, 1, inbox.HandleAsync, Cancel);

        (await inbox.NextAsync()).Requeue();

        var again = await inbox.NextAsync();
        Assert.Equal(0, again.Message.Number());
        Assert.True(again.Redelivered);
        again.Ack();
        Assert.Equal(1, (await inbox.NextAsync()).Message.Number());
    }

    [Fact]
    public async Task ARejectedMessage_GoesToTheDeadLettersWithItsReason_AndTheQueueGoesOn()
    {
        var bus = await ConnectAsync();
        var (inbox, dead) = (new Inbox<IDelivery>(), new Inbox<IDelivery>());
        await bus.DeclareQueueAsync(QueueNames.DeadLetters, Cancel);
        await using var letters = await bus.ConsumeAsync(QueueNames.DeadLetters, 10, dead.HandleAsync, Cancel);
        await using var consumer = await bus.ConsumeAsync(Queue, 1, inbox.HandleAsync, Cancel);
        await PublishAllAsync(bus, 2);

        var rejected = await inbox.NextAsync();
        rejected.Reject("unknown message 'nonsense'");

        var letter = await dead.NextAsync();
        Assert.Equal(rejected.Message.Id, letter.Message.Id);
        Assert.Equal(rejected.Message.Body.ToArray(), letter.Message.Body.ToArray());
        Assert.Equal("unknown message 'nonsense'", letter.DeadLetterReason);
        Assert.Equal(1, (await inbox.NextAsync()).Message.Number());
    }

    [Fact]
    public async Task WhenAHandlerThrows_ItsMessageIsDeadLetteredWithTheError_AndTheConsumerGoesOn()
    {
        var bus = await ConnectAsync();
        var (inbox, dead) = (new Inbox<IDelivery>(), new Inbox<IDelivery>());
        await bus.DeclareQueueAsync(QueueNames.DeadLetters, Cancel);
        await using var letters = await bus.ConsumeAsync(QueueNames.DeadLetters, 10, dead.HandleAsync, Cancel);
        await using var consumer = await bus.ConsumeAsync(
            Queue,
            10,
            (delivery, token) => delivery.Message.Number() == 0 ? throw new FormatException("no such field") : inbox.HandleAsync(delivery, token),
            Cancel);

        await PublishAllAsync(bus, 2);

        Assert.Contains("no such field", (await dead.NextAsync()).DeadLetterReason, StringComparison.Ordinal);
        Assert.Equal(1, (await inbox.NextAsync()).Message.Number());
    }

    [Fact]
    public async Task SettlingTwice_DoesNothingTheSecondTime()
    {
        var bus = await ConnectAsync();
        var (inbox, dead) = (new Inbox<IDelivery>(), new Inbox<IDelivery>());
        await bus.DeclareQueueAsync(QueueNames.DeadLetters, Cancel);
        await using var letters = await bus.ConsumeAsync(QueueNames.DeadLetters, 10, dead.HandleAsync, Cancel);
        await using var consumer = await bus.ConsumeAsync(Queue, 1, inbox.HandleAsync, Cancel);
        await PublishAllAsync(bus, 2);

        var first = await inbox.NextAsync();
        first.Ack();
        first.Reject("second");
        first.Requeue();
        first.Ack();

        // The next message comes, not the first again; and its rejection is the only dead letter.
        var second = await inbox.NextAsync();
        Assert.Equal(1, second.Message.Number());
        second.Reject("marker");
        Assert.Equal("marker", (await dead.NextAsync()).DeadLetterReason);
        Assert.Equal(0, dead.Waiting + inbox.Waiting);
    }

    [Fact]
    public async Task NoMoreThanThePrefetch_IsUnsettledAtATime()
    {
        var bus = await ConnectAsync();
        var (out_, most) = (0, 0);
        var inbox = new Inbox<IDelivery>();
        await using var consumer = await bus.ConsumeAsync(Queue, 5, Count, Cancel);
        await PublishAllAsync(bus, 100);

        // Settle only when the bus has given all that it may, out of order, so that every way of acknowledging is used.
        for (var round = 0; round < 20; round++)
        {
            var held = await inbox.NextAsync(5);
            foreach (var i in (int[])[3, 1, 0, 4, 2])
            {
                Interlocked.Decrement(ref out_);
                held[i].Ack();
            }
        }

        Assert.Equal(5, most);

        ValueTask Count(IDelivery delivery, CancellationToken token)
        {
            most = Math.Max(most, Interlocked.Increment(ref out_));
            return inbox.HandleAsync(delivery, token);
        }
    }

    [Fact]
    public async Task PublishingToAMissingQueue_Fails()
    {
        var bus = await ConnectAsync();
        var error = await Assert.ThrowsAsync<BusException>(() => bus.PublishAsync("aurora.worker.nobody", Some.Message(), Cancel));
        Assert.Contains("aurora.worker.nobody", error.Message, StringComparison.Ordinal);
        await bus.PublishAsync(Queue, Some.Message(), Cancel);
    }

    [Fact]
    public async Task ConsumingAMissingQueue_Fails_AndTheBusGoesOn()
    {
        var bus = await ConnectAsync();
        var inbox = new Inbox<IDelivery>();
        await Assert.ThrowsAsync<BusException>(() => bus.ConsumeAsync("aurora.worker.nobody", 1, inbox.HandleAsync, Cancel));
        await bus.PublishAsync(Queue, Some.Message(), Cancel);
        Assert.True(bus.Health.IsUp, bus.Health.Detail);
    }

    [Fact]
    public async Task RequestingFromAMissingQueue_FailsAtOnce()
    {
        var bus = await ConnectAsync();
        await Assert.ThrowsAsync<BusException>(() => bus.RequestAsync("aurora.worker.nobody", Some.Message(), TimeSpan.FromMinutes(5), Cancel));
    }

    [Fact]
    public async Task DeclaringAQueueAgain_KeepsItsMessages()
    {
        var bus = await ConnectAsync();
        var inbox = new Inbox<IDelivery>();
        await PublishAllAsync(bus, 1);
        await bus.DeclareQueueAsync(Queue, Cancel);
        await using var consumer = await bus.ConsumeAsync(Queue, 1, inbox.HandleAsync, Cancel);
        Assert.Equal(0, (await inbox.NextAsync()).Message.Number());
    }

    [Fact]
    public async Task EveryRequest_GetsItsOwnReply()
    {
        var (client, broker) = (await ConnectAsync(), await ConnectAsync());
        await using var consumer = await broker.ConsumeAsync(Queue, 50, Answer, Cancel);

        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(n =>
            client.RequestAsync(Queue, Some.Message(n), TimeSpan.FromSeconds(30), Cancel)));

        Assert.Equal(Enumerable.Range(1000, 100), replies.Select(r => r.Number()));
        Assert.All(replies, r => Assert.Equal("answer", r.Name));

        async ValueTask Answer(IDelivery delivery, CancellationToken token)
        {
            await broker.ReplyAsync(delivery, Some.Message(delivery.Message.Number() + 1000, "answer"), token);
            delivery.Ack();
        }
    }

    [Fact]
    public async Task ARequestThatNobodyAnswers_TimesOut()
    {
        var bus = await ConnectAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => bus.RequestAsync(Queue, Some.Message(), TimeSpan.FromMilliseconds(100), Cancel));
    }

    [Fact]
    public async Task ACancelledRequest_EndsAsCancelled()
    {
        var bus = await ConnectAsync();
        using var giveUp = new CancellationTokenSource();
        var request = bus.RequestAsync(Queue, Some.Message(), TimeSpan.FromMinutes(5), giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
    }

    [Fact]
    public async Task WhenTheRequesterIsGone_ReplyingIsNoError()
    {
        var (client, broker) = (await ConnectAsync(), await ConnectAsync());
        var inbox = new Inbox<IDelivery>();
        await using var consumer = await broker.ConsumeAsync(Queue, 1, inbox.HandleAsync, Cancel);
        var request = client.RequestAsync(Queue, Some.Message(), TimeSpan.FromMinutes(5), Cancel);
        var delivery = await inbox.NextAsync();

        await client.DisposeAsync();

        await Assert.ThrowsAsync<BusException>(() => request);
        await broker.ReplyAsync(delivery, Some.Message(), Cancel);
        delivery.Ack();
        await broker.PublishAsync(Queue, Some.Message(7), Cancel);
        Assert.Equal(7, (await inbox.NextAsync()).Message.Number());
    }

    [Theory]
    [InlineData("www.prod.web.0.running", true, true, false)]
    [InlineData("www.prod.web.1.failed", true, false, true)]
    [InlineData("www.test.web.0.running", true, false, false)]
    [InlineData("bob.prod.web.0.failed", false, false, true)]
    public async Task AnEvent_ReachesTheListenersWhosePatternItMatches(string key, bool first, bool second, bool third)
    {
        var (broker, listener) = (await ConnectAsync(), await ConnectAsync());
        string[] patterns = ["www.#", "*.prod.web.*.running", "#.failed"];
        var boxes = patterns.Select(_ => new Inbox<BusMessage>()).ToArray();
        for (var i = 0; i < patterns.Length; i++)
            await listener.SubscribeAsync(patterns[i], boxes[i].HandleAsync, Cancel);

        // The last event matches every pattern: whoever has it has had its chance to see the first.
        await broker.PublishEventAsync(key, Some.Message(1), Cancel);
        await broker.PublishEventAsync("www.prod.web.0.running", Some.Message(2), Cancel);
        await broker.PublishEventAsync("www.prod.web.0.failed", Some.Message(2), Cancel);

        var seen = new List<bool>();
        foreach (var box in boxes)
            seen.Add((await box.NextAsync()).Number() == 1);
        Assert.Equal([first, second, third], seen);
    }

    [Fact]
    public async Task Events_ArriveInOrder_AndWithoutListenersVanish()
    {
        var bus = await ConnectAsync();
        var inbox = new Inbox<BusMessage>();
        await bus.PublishEventAsync("a.b", Some.Message(99), Cancel);
        await using var listener = await bus.SubscribeAsync("a.*", inbox.HandleAsync, Cancel);

        await Task.WhenAll(Enumerable.Range(0, 300).Select(n => bus.PublishEventAsync("a.b", Some.Message(n), Cancel)));

        Assert.Equal(Enumerable.Range(0, 300), (await inbox.NextAsync(300)).Select(m => m.Number()));
    }

    [Fact]
    public async Task AListenerThatThrows_GoesOnListening()
    {
        var bus = await ConnectAsync();
        var inbox = new Inbox<BusMessage>();
        await using var listener = await bus.SubscribeAsync(
            "#", (message, token) => message.Number() == 0 ? throw new FormatException("no such field") : inbox.HandleAsync(message, token), Cancel);

        await bus.PublishEventAsync("a", Some.Message(0), Cancel);
        await bus.PublishEventAsync("a", Some.Message(1), Cancel);

        Assert.Equal(1, (await inbox.NextAsync()).Number());
    }

    [Fact]
    public async Task WhenTheBusTakesNothing_APublishFailsAfterItsTimeout()
    {
        var bus = await ConnectAsync(new BusOptions { PublishTimeout = TimeSpan.FromMilliseconds(300), ConfirmWindow = 4 });
        await StallAsync(bus);

        // More than the window and the line hold, so that every kind of waiting is bounded.
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Record.ExceptionAsync(() => bus.PublishAsync(Queue, Some.Message(n), Cancel)).AsTask()));

        Assert.All(outcomes, outcome => Assert.IsType<BusException>(outcome));
    }

    [Fact]
    public async Task ABusThatIsUp_SaysSo_AndAClosedOneRefuses()
    {
        var bus = await ConnectAsync();
        Assert.True(bus.Health.IsUp, bus.Health.Detail);
        await bus.DisposeAsync();
        Assert.False(bus.Health.IsUp);
        Assert.NotNull(bus.Health.Detail);
        await Assert.ThrowsAsync<BusException>(() => bus.PublishAsync(Queue, Some.Message(), Cancel));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2001)]
    public async Task APrefetchOutOfRange_IsRefused(int prefetch)
    {
        var bus = await ConnectAsync();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => bus.ConsumeAsync(Queue, prefetch, (_, _) => ValueTask.CompletedTask, Cancel));
    }

    private static Func<IDelivery, CancellationToken, ValueTask> AckAndKeep(Inbox<IDelivery> inbox) => (delivery, token) =>
    {
        delivery.Ack();
        return inbox.HandleAsync(delivery, token);
    };
}
