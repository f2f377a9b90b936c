using Aurora.Broker.State;
using Aurora.Broker.Tests.Maintenance;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Messaging;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

/// <summary>What comes again to a new leader was said before; what a deposed one does not know is no stranger's.</summary>
public sealed class FailoverWordsTests
{
    [Fact]
    public void WhenAHelloComesAgainAfterAFailover_TheTaskThatItDoesNotListYetGoesOn()
    {
        var world = new DrainWorld();
        world.Hello("w1");
        world.Run(DrainWorld.Service(instances: 1));
        world.Crash();

        Hear(world, isRepeated: true); // Said before the worker had the task, and handed back by the leader before.
        Assert.Equal(TaskState.Running, Assert.Single(world.Active).State);
        Assert.Contains(world.Effects.OfType<ToWorker>(), e => e.Message is SendHello);

        Hear(world, isRepeated: false); // The answer to that.
        Assert.NotEqual(TaskState.Running, Assert.Single(world.Active).State);
    }

    [Fact]
    public void WhenALeaderKillsWhatItDoesNotKnow_ItProvesThatItLeadsFirst()
    {
        var world = new DrainWorld();
        world.Hello("w1");
        var machine = world.Machine;
        machine.Begin(world.Now);
        machine.Apply(new WorkerInput(new TasksReported(new WorkerId("w1"), Guid.Empty, [FakeWorker.Report(new TaskId("nobody-knows-it"), TaskState.Running)]), new Delivered(false)));
        var result = machine.End();

        Assert.Contains(result.Effects, e => e is ToWorker { Message: KillTask });
        Assert.True(result.Changes.IsEmpty);
        Assert.True(result.MustProveLeadership); // Else nobody looks at its epoch, and one that was deposed kills what the leader has just started.
    }

    private static void Hear(DrainWorld world, bool isRepeated) => world.Turn(new WorkerInput(
        new WorkerHello(new WorkerId("w1"), Guid.Empty, "w1", "1", Some.Grant(8, 8L << 30, 8L << 30), new Dictionary<string, string>(), []), new Delivered(isRepeated)));

    private sealed class Delivered(bool isRepeated) : IDelivery
    {
        public BusMessage Message { get; } = new("", 1, Guid.NewGuid(), default);

        public bool Redelivered => isRepeated;

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
}
