using Aurora.Broker.Storage;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.TestSupport;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

public sealed class FaultTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhenACommitFails_NothingIsAcknowledged_AndTheCommandIsAppliedOnceByTheNextTerm(bool wasWritten)
    {
        FaultyStore? store = null;
        await using var cluster = await TestCluster.StartAsync(wrap: s => store = new FaultyStore(s));
        store!.WritesFirst = wasWritten;
        store.Faults.Enqueue(new StoreException("the disk is full"));

        var creating = cluster.CreateAsync(Some.Job());
        await MoveTimeUntilAsync(cluster, creating);
        var reply = await creating;

        Assert.Equal("1 new tasks pending for job devcluster/www-data/devel/hello", reply.Message);
        Assert.Equal(2, store.Loads);
        Assert.Single(await cluster.TasksAsync(Some.Job().Key));
    }

    [Fact]
    public async Task WhenTheEpochIsStale_TheBrokerStepsDownAndReadsItsStateAgain()
    {
        FaultyStore? store = null;
        await using var cluster = await TestCluster.StartAsync(wrap: s => store = new FaultyStore(s));
        await cluster.CreateAsync(Some.Job("first"));
        store!.Faults.Enqueue(new StaleEpochException(1));

        var creating = cluster.CreateAsync(Some.Job("second"));
        await MoveTimeUntilAsync(cluster, creating);

        Assert.Equal(ReplyCode.Ok, (await creating).Code);
        Assert.Equal(2, store.Loads);
        Assert.Single(await cluster.TasksAsync(Some.Job("first").Key));
        Assert.Single(await cluster.TasksAsync(Some.Job("second").Key));
    }

    [Fact]
    public async Task WhenTheBrokerIsRestarted_ItResumesFromTheStore()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        await cluster.CreateAsync(Some.Job(service: true, instances: 2));
        var running = await worker.NextAsync<LaunchTask>();
        var assigned = await worker.NextAsync<LaunchTask>();
        await worker.ReportAsync(running.TaskId, TaskState.Running);
        await cluster.AppliedAsync(Some.Job().Key, running.TaskId, TaskState.Running);

        await cluster.RestartBrokerAsync();

        await worker.NextAsync<SendHello>();
        Assert.Equal(assigned.TaskId, (await worker.NextAsync<LaunchTask>()).TaskId);
        await worker.HelloAsync(FakeWorker.Report(running.TaskId, TaskState.Running));
        Assert.Equal(assigned.TaskId, (await worker.NextAsync<LaunchTask>()).TaskId); // It is not on the worker's list.
        Assert.Equal(2, (await cluster.TasksAsync(Some.Job().Key)).Count);
    }

    [Fact]
    public async Task ADeposedLeader_ConfirmsNoHeartbeat_AlthoughTheTurnChangesNothing()
    {
        FaultyStore? store = null;
        await using var cluster = await TestCluster.StartAsync(wrap: inner => store = new FaultyStore(inner));
        await using var worker = await cluster.AddWorkerAsync();
        await worker.HeartbeatAsync(answerTo: 1);
        Assert.Equal(1, (await worker.NextAsync<HeartbeatHeard>()).Number);

        store!.Faults.Enqueue(new StaleEpochException(1));
        await worker.HeartbeatAsync(answerTo: 2);
        await Eventually.IsTrueAsync("the leader has stepped down and loaded again", TimeSpan.FromSeconds(20), () =>
        {
            cluster.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(store.Loads == 2);
        });
        await worker.NextAsync<SendHello>();
        await worker.HelloAsync();
        await worker.HeartbeatAsync(answerTo: 3);
        Assert.Equal(3, (await worker.NextAsync<HeartbeatHeard>()).Number); // The first one after 1.
    }

    [Fact]
    public async Task AStandbyTakesOverWhenTheLeaderStops()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var standbyStore = StoreFactory.Open(new StoreOptions { SqliteFile = cluster.DatabaseFile }, cluster.Time, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        await using var standby = await Broker.Hosting.BrokerHost.StartAsync(cluster.Options with { BrokerName = "b2" }, standbyStore, cluster.Bus,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, cluster.Time, default);
        await cluster.CreateAsync(Some.Job());
        Assert.False(standby.IsLeading);

        await cluster.StopBrokerAsync();
        await MoveTimeUntilAsync(cluster, standby.WhenLeading);

        Assert.Equal("b2", (await cluster.ClusterAsync()).Leader);
        Assert.Single(await cluster.TasksAsync(Some.Job().Key));
    }

    // The candidate's pauses go by the cluster's clock.
    private static Task MoveTimeUntilAsync(TestCluster cluster, Task done) => Eventually.IsTrueAsync("the next term", TimeSpan.FromSeconds(20), () =>
    {
        cluster.Time.Advance(TimeSpan.FromMilliseconds(250));
        return done.IsCompleted;
    });
}
