using Aurora.Broker.Dispatch;
using Aurora.Broker.FrontDoor;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

/// <summary>A broker that stood still (suspended, swapped out, waiting for a commit) has heard nobody; that says nothing about the workers.</summary>
public sealed class StandstillTests
{
    private static readonly WorkerId Worker = new("w1");

    [Fact]
    public async Task WhenTheBrokerStoodStill_NoWorkerIsTakenForLost_BeforeItCouldBeHeardAgain()
    {
        var world = new SteppedLoop();
        await world.RunOneTaskAsync();

        world.Time.Advance(TimeSpan.FromSeconds(60)); // And no turn in them.
        await world.Loop.StepAsync(default);
        Assert.Equal(TaskState.Running, world.OnlyTask.State);

        await world.PassAsync(seconds: 14);
        Assert.Equal(TaskState.Running, world.OnlyTask.State);
        await world.PassAsync(seconds: 2);
        Assert.NotEqual(TaskState.Running, world.Machine.State.Tasks.Values.MinBy(t => t.CreatedAt)!.State); // It was silent all along.
    }

    [Fact]
    public async Task WhenTheBrokerTurnsAllTheTime_ASilentWorkerIsLostInTime()
    {
        var world = new SteppedLoop();
        await world.RunOneTaskAsync();
        await world.PassAsync(seconds: 16);
        Assert.NotEqual(TaskState.Running, world.Machine.State.Tasks.Values.MinBy(t => t.CreatedAt)!.State);
    }

    private sealed class SteppedLoop : StoreOfNothing
    {
        public SteppedLoop()
        {
            var state = BrokerState.Load(new StoredState { Tasks = [], Configurations = [], Jobs = [], Workers = [], Updates = [], Replies = [] }, Time.GetUtcNow());
            Machine = new BrokerMachine(state, new TurnOptions { ClusterName = Some.Cluster, BrokerName = "b", Version = "1", BaseUrl = () => "" }, Time.GetUtcNow());
            Loop = new BrokerLoop(Machine, this, 1, new Nowhere(), new PoisonList(), Time, NullLogger.Instance);
        }

        public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

        public BrokerMachine Machine { get; }

        public BrokerLoop Loop { get; }

        public TaskRecord OnlyTask => Assert.Single(Machine.State.Tasks.Values);

        public async Task RunOneTaskAsync()
        {
            await HearAsync(new WorkerHello(Worker, Guid.Empty, "host", "1", Some.Grant(8, 1L << 30, 1L << 30), new Dictionary<string, string>(), []));
            var job = Some.Job(service: true);
            var create = new CreateJob(Guid.NewGuid(), "ann", job);
            await Loop.OfferAsync(new CommandInput(new CallRequest(create.CommandId), create, "digest", TaskFingerprint.Of(job), null), default);
            await Loop.StepAsync(default);
            await HearAsync(new TasksReported(Worker, Guid.Empty, [FakeWorker.Report(OnlyTask.Id, TaskState.Running)]));
            Assert.Equal(TaskState.Running, OnlyTask.State);
        }

        /// <summary>Time goes by, with a turn every second, as the loop's timer makes them.</summary>
        public async Task PassAsync(int seconds)
        {
            for (var i = 0; i < seconds; i++)
            {
                Time.Advance(TimeSpan.FromSeconds(1));
                await Loop.StepAsync(default);
            }
        }

        private async Task HearAsync(object message)
        {
            await Loop.OfferAsync(new WorkerInput(message, new Unsettled()), default);
            await Loop.StepAsync(default);
        }
    }

    private sealed class Nowhere : IEffectSink
    {
        public void Send(IReadOnlyList<Effect> effects)
        {
        }
    }

    private sealed class Unsettled : Aurora.Messaging.IDelivery
    {
        public Aurora.Messaging.BusMessage Message { get; } = new("", 1, Guid.NewGuid(), default);

        public bool Redelivered => false;

        public string? ReplyTo => null;

        public void Ack()
        {
        }

        public void Reject(string reason)
        {
        }

        public void Requeue()
        {
        }
    }

    /// <summary>Takes every commit.</summary>
    private class StoreOfNothing : IStore
    {
        public Task MigrateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<Lease?> AcquireLeaseAsync(string holder, string address, TimeSpan duration, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> RenewLeaseAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<StoredState> LoadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task CommitAsync(long epoch, StoreChanges changes, CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
