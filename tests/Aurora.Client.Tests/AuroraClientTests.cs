using Aurora.Client.Channels;
using Aurora.Client.Clusters;
using Aurora.Client.Jobs;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Messaging;
using Aurora.Messaging.InProcess;
using Aurora.TestSupport.Brokers;
using Xunit;

namespace Aurora.Client.Tests;

public sealed class AuroraClientTests
{
    private static readonly AuroraClientOptions Quick = new() { Timeout = TimeSpan.FromSeconds(5), User = "kim" };
    private static readonly JobKey Key = new("c", "r", "devel", "n");

    [Fact]
    public async Task ACommand_ArrivesWithItsUserAndId_AndItsResultComesBack()
    {
        await using var broker = StubBroker.Start(r => StubBroker.Ok(r, new JobCreated(Key, 1, "http://b/x"), "1 new tasks pending for job c/r/devel/n"), token: "s3cret");
        await using var client = await OpenAsync(broker, Quick, "s3cret");
        var answer = await client.CreateJobAsync(Job(), TestContext.Current.CancellationToken);
        Assert.Equal(("1 new tasks pending for job c/r/devel/n", "http://b/x"), (answer.Message, answer.Result.Url));
        var request = Assert.IsType<CreateJob>(Assert.Single(broker.Requests));
        Assert.Equal(("kim", Key), (request.User, request.Job.Key));
        Assert.NotEqual(Guid.Empty, request.CommandId);
    }

    [Fact]
    public async Task WhenTheBrokerSaysNotNow_TheSameCommandIsSentAgain()
    {
        var refusals = 2;
        await using var broker = StubBroker.Start(r => refusals-- > 0
            ? StubBroker.Refuse(r, ErrorCodes.NotReady, "no leader", ReplyCode.ErrorTransient)
            : StubBroker.Ok(r, new TasksKilled(Key, [], "u"), "Tasks killed."));
        await using var client = await OpenAsync(broker, Quick);
        await client.KillTasksAsync(Key, null, null, TestContext.Current.CancellationToken);
        Assert.Equal(3, broker.Requests.Count);
        Assert.Single(broker.Requests.Select(r => r.CommandId).Distinct());
    }

    [Fact]
    public async Task WhenTheBrokerNeverBecomesReady_ItsCodeComesAfterTheTimeout()
    {
        await using var broker = StubBroker.Start(r => StubBroker.Refuse(r, ErrorCodes.NotReady, "no leader", ReplyCode.ErrorTransient));
        await using var client = await OpenAsync(broker, Quick with { Timeout = TimeSpan.FromSeconds(3) });
        var e = await Assert.ThrowsAsync<AuroraException>(() => client.GetClusterAsync(TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCodes.NotReady, e.Code);
        Assert.True(broker.Requests.Count > 1);
    }

    [Fact]
    public async Task WhenNobodyListens_TheClusterIsUnreachable()
    {
        var broker = StubBroker.Start(r => StubBroker.Ok(r, new TasksKilled(Key, [], "u")));
        await broker.DisposeAsync();
        await using var client = await OpenAsync(broker, Quick with { Timeout = TimeSpan.FromMilliseconds(300) });
        var e = await Assert.ThrowsAsync<AuroraException>(() => client.GetClusterAsync(TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCodes.ClusterUnreachable, e.Code);
        Assert.Contains(broker.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhenNoAnswerComes_ItIsATimeout()
    {
        await using var client = new AuroraClient(new SilentChannel(), Quick with { Timeout = TimeSpan.FromMilliseconds(300), AttemptTimeout = TimeSpan.FromMilliseconds(200) });
        var e = await Assert.ThrowsAsync<AuroraException>(() => client.GetClusterAsync(TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCodes.Timeout, e.Code);
    }

    [Fact]
    public async Task WhenAPauseLastsLongerThanWhatIsLeft_TheTroubleIsToldAndNoAttemptIsMadeWithoutTime()
    {
        var time = new OversleepingTime();
        await using var client = new AuroraClient(new SilentChannel(), Quick with { Timeout = TimeSpan.FromSeconds(30), AttemptTimeout = TimeSpan.FromSeconds(1), Time = time });
        var e = await Assert.ThrowsAsync<AuroraException>(() => client.GetClusterAsync(TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCodes.Timeout, e.Code);
    }

    [Fact]
    public async Task ARefusal_KeepsItsCodeAndEveryFault()
    {
        Fault[] faults = [new(ErrorCodes.OutOfRange, "task.resources.cpu", "-1", "must be greater than 0"), new(ErrorCodes.RequiredField, "role", "", "is required")];
        await using var broker = StubBroker.Start(r => new Reply(r.CommandId, ReplyCode.InvalidRequest, "2 faults", ErrorCodes.OutOfRange, faults, null));
        await using var client = await OpenAsync(broker, Quick);
        var e = await Assert.ThrowsAsync<AuroraException>(() => client.CreateJobAsync(Job(), TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCodes.OutOfRange, e.Code);
        Assert.Equal(faults, e.Faults);
        Assert.Single(broker.Requests);
    }

    [Fact]
    public async Task AWrongToken_IsUnauthorized_AndIsNotTriedAgain()
    {
        await using var broker = StubBroker.Start(r => StubBroker.Ok(r, new TasksKilled(Key, [], "u")), token: "right");
        await using var client = await OpenAsync(broker, Quick, "wrong");
        var e = await Assert.ThrowsAsync<AuroraException>(() => client.GetClusterAsync(TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCodes.Unauthorized, e.Code);
        Assert.DoesNotContain("wrong", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_AreAskedForOneAfterTheOther()
    {
        await using var broker = StubBroker.Start(r => StubBroker.Ok(r, ((GetJobs)r).After switch
        {
            null => new JobPage([Summary("a"), Summary("b")], "b"),
            "b" => new JobPage([Summary("z")], null),
            var other => throw new InvalidOperationException($"asked after {other}"),
        }));
        await using var client = await OpenAsync(broker, Quick);
        var names = new List<string>();
        await foreach (var job in client.GetJobsAsync(JobPattern.Parse("c/r"), TestContext.Current.CancellationToken))
        {
            names.Add(job.Key.Name);
        }

        Assert.Equal(["a", "b", "z"], names);
        Assert.All(broker.Requests.Cast<GetJobs>(), r => Assert.Equal(("r", null), (r.Role, r.Name)));
    }

    [Fact]
    public async Task TheSameClient_TalksThroughTheBus()
    {
        await using var bus = new InProcessBus();
        await bus.DeclareQueueAsync(QueueNames.Commands, TestContext.Current.CancellationToken);
        await using var broker = await bus.ConsumeAsync(QueueNames.Commands, 10, async (delivery, stop) =>
        {
            var request = (ICommand)MessageCatalog.Read(delivery.Message.Name, delivery.Message.Version, delivery.Message.Body.Span).Message!;
            var contract = MessageCatalog.Of(typeof(Reply));
            var reply = StubBroker.Ok(request, new TasksKilled(Key, [new TaskId("t-0")], "u"), "Tasks killed.");
            await bus.ReplyAsync(delivery, new BusMessage(contract.Name, contract.Version, Guid.NewGuid(), contract.Write(reply)), stop);
            delivery.Ack();
        }, TestContext.Current.CancellationToken);
        await using var client = new AuroraClient(new BusRequestChannel(bus, "in process", ownsBus: false), Quick);
        var killed = await client.KillTasksAsync(Key, [0], "enough", TestContext.Current.CancellationToken);
        Assert.Equal([new TaskId("t-0")], killed.Result.Tasks);
    }

    [Fact]
    public async Task WithoutABrokerOnTheBus_TheClusterIsUnreachable()
    {
        await using var bus = new InProcessBus();
        await using var client = new AuroraClient(new BusRequestChannel(bus, "in process", ownsBus: false), Quick with { Timeout = TimeSpan.FromMilliseconds(300) });
        var e = await Assert.ThrowsAsync<AuroraException>(() => client.GetClusterAsync(TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCodes.ClusterUnreachable, e.Code);
    }

    private static Task<AuroraClient> OpenAsync(StubBroker broker, AuroraClientOptions options, string? token = null) =>
        AuroraConnection.OpenAsync(new ClusterEntry("c", broker.Address, token, "test"), options, TestContext.Current.CancellationToken);

    private static JobSummary Summary(string name) => new()
    {
        Key = Key with { Name = name }, Type = "service", Configuration = Job(), Pending = 0, Active = 1, Finished = 0, Failed = 0, Url = "u",
    };

    private static JobConfiguration Job() => new()
    {
        Cluster = Key.Cluster, Role = Key.Role, Environment = Key.Environment, Name = Key.Name,
        Task = new TaskConfiguration
        {
            Name = "t",
            Processes = [new ProcessConfiguration { Name = "p", Cmdline = "true" }],
            Resources = new ResourceGrant { Cpu = 1, Ram = 1 << 20, Disk = 1 << 20 },
        },
    };

    /// <summary>Never answers; a limit that is no time at all is a mistake of the caller's.</summary>
    private sealed class SilentChannel : IRequestChannel
    {
        public string Destination => "nowhere";

        public Task<Reply> SendAsync(ICommand request, TimeSpan timeout, CancellationToken cancellationToken)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
            throw new TimeoutException();
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>A machine so busy that every pause lasts a minute longer than it was asked to.</summary>
    private sealed class OversleepingTime : TimeProvider
    {
        private long slept;

        public override long GetTimestamp() => Interlocked.Read(ref slept);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Add(ref slept, (dueTime + TimeSpan.FromMinutes(1)).Ticks);
            return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
