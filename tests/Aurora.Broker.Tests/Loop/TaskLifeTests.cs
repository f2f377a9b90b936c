using Aurora.Broker.Scheduling;
using Aurora.Broker.State;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Configuration;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

/// <summary>Timers, repeats and delays of a task's life (aurora-spec sections 4 and 5.6), and Aurora's holes in them that ours does not have.</summary>
public sealed class TaskLifeTests
{
    private static readonly JobConfiguration Service = Some.Job("web", service: true);

    [Fact]
    public void AStartingTaskTimesOut_AndWhatMayRunOfItIsKilled()
    {
        var bench = new MachineBench();
        var task = bench.Run(Service, state: TaskState.Starting);
        var limit = 900 + TaskTimeout.HealthAllowance(Service.HealthCheckConfig).TotalSeconds;
        bench.Pass(limit - 1, "w1");
        Assert.Equal(TaskState.Starting, bench.Task(task.Id).State);
        bench.Forget();
        bench.Pass(1, "w1");
        Assert.Equal(TaskState.Lost, bench.Task(task.Id).State);
        Assert.Equal($"timed out: the task was not RUNNING within {limit} s", bench.Task(task.Id).Events[^1].Message);
        Assert.Equal(task.Id, Assert.Single(bench.Sent<KillTask>()).TaskId);
        Assert.Equal(task.Id, bench.Active(Service).Ancestor);
    }

    [Fact]
    public void AfterAFailover_AnAssignedTaskHasWhatWasLeftOfItsTime()
    {
        var bench = new MachineBench();
        var task = bench.Run(Service, state: TaskState.Assigned);
        bench.Pass(100, "w1");
        bench.Failover();
        bench.Hello("w1");
        bench.Pass(199, "w1");
        Assert.Equal(TaskState.Assigned, bench.Task(task.Id).State);
        bench.Pass(1, "w1");
        Assert.Equal(TaskState.Lost, bench.Task(task.Id).State); // Aurora would wait for five minutes from the failover.
    }

    [Fact]
    public void AKillIsRepeatedUntilTheWorkerAnswers_AndGivenUpAfterFiveMinutes()
    {
        var bench = new MachineBench();
        var task = bench.Run(Service);
        bench.Pass(10, "w1");
        bench.Kill(Service);
        bench.Forget();
        List<double> at = [];
        var since = bench.Now;
        for (var i = 0; i < 299; i++)
        {
            var before = bench.Sent<KillTask>().Count();
            bench.Pass(1, "w1");
            if (bench.Sent<KillTask>().Count() > before)
                at.Add((bench.Now - since).TotalSeconds);
        }

        Assert.Equal([15, 45, 105, 225], at); // With the greatest chance.
        Assert.All(bench.Sent<KillTask>(), k => Assert.Equal("Killed by ann", k.Reason));
        bench.Pass(1, "w1");
        Assert.Equal(TaskState.Lost, bench.Task(task.Id).State);
        Assert.Null(bench.ActiveOrNone(Service));
    }

    [Fact]
    public void WhenAKilledTaskIsSaidToRun_TheKillIsSentAgainWithItsReason()
    {
        var bench = new MachineBench();
        var task = bench.Run(Service);
        bench.Kill(Service);
        bench.Forget();
        bench.Report("w1", task.Id, TaskState.Running, "all is well");
        Assert.Equal("Killed by ann", Assert.Single(bench.Sent<KillTask>()).Reason);
        Assert.Equal(TaskState.Killing, bench.Task(task.Id).State);
    }

    [Fact]
    public void TheSameStateAgainChangesNothing()
    {
        var bench = new MachineBench();
        var task = bench.Run(Service);
        bench.Report("w1", task.Id, TaskState.Running);
        Assert.True(bench.Last.Changes.IsEmpty);
        Assert.Equal(task, bench.Task(task.Id));
    }

    [Fact]
    public void ALaunchThatFailed_IsTriedAgainElsewhereOrLater_AndIsNoFailureOfTheTask()
    {
        var bench = new MachineBench();
        var task = bench.Run(Some.Job("batch"), state: TaskState.Lost);
        Assert.Equal((TaskState.Assigned, 0), (task.State, task.FailureCount));
        Assert.Equal(TaskState.Lost, bench.Task(task.Ancestor!.Value).State);
    }

    [Fact]
    public void TheHoldThatTheHistoryNamesIsTheOneThatIsKept_AlsoAcrossAFailover()
    {
        var bench = new MachineBench(o => o with { Jitter = () => 0.37 });
        bench.Run(Service);
        for (var flap = 0; flap < 3; flap++)
        {
            var ended = bench.Active(Service);
            bench.Report("w1", ended.Id, TaskState.Running);
            bench.Report("w1", ended.Id, TaskState.Failed);
            var next = bench.Active(Service);
            var expected = flap switch { 0 => 0, 1 => 30, _ => 42 }; // The first flap is free; 41.1 s are said in whole seconds.
            if (expected == 0)
            {
                Assert.Equal((TaskState.Assigned, "Rescheduled"), (next.State, next.Events[0].Message));
                continue;
            }

            Assert.Equal($"Rescheduled; held back for {expected} s because earlier attempts ended too soon", next.Events[0].Message);
            Assert.Equal(expected, Math.Ceiling((next.NotBefore!.Value - bench.Now).TotalSeconds));
            bench.Failover(5);
            bench.Hello("w1");
            bench.Pass(expected - 6.5, "w1");
            Assert.Equal(TaskState.Throttled, bench.Task(next.Id).State);
            bench.Pass(1.5, "w1");
            Assert.Equal(TaskState.Assigned, bench.Task(next.Id).State);
        }
    }

    [Fact]
    public void AThrottledTaskIsNeverHeldLongerThanTheLongestHold_WhateverTheClockOfTheLeaderBeforeShowed()
    {
        var bench = new MachineBench();
        bench.Run(Service);
        for (var flap = 0; flap < 2; flap++)
        {
            bench.Report("w1", bench.Active(Service).Id, TaskState.Running);
            bench.Report("w1", bench.Active(Service).Id, TaskState.Failed);
        }

        var held = bench.Active(Service);
        Assert.Equal(TaskState.Throttled, held.State);
        bench.Failover(-86400);
        bench.Hello("w1");
        bench.Pass(301, "w1");
        Assert.Equal(TaskState.Assigned, bench.Task(held.Id).State);
    }

    [Fact]
    public void WhatTheWorkersEndTook_IsNotHeldAgainstTheTask()
    {
        var bench = new MachineBench();
        bench.Run(Service);
        for (var i = 0; i < 5; i++)
        {
            var task = bench.Active(Service);
            bench.Report("w1", task.Id, TaskState.Running);
            bench.Pass(15);
            Assert.Equal(TaskState.Lost, bench.Task(task.Id).State);
            bench.Hello("w1");
            Assert.Equal(TaskState.Assigned, bench.Active(Service).State); // Not THROTTLED.
        }
    }

    [Fact]
    public void AttemptsThatAreLostBeforeTheyRun_AreHeldBack()
    {
        var bench = new MachineBench();
        var task = bench.Run(Service, state: TaskState.Lost);
        bench.Report("w1", task.Id, TaskState.Lost, "AUR4005 no port is free");
        Assert.Equal(TaskState.Throttled, bench.Active(Service).State);
    }

    [Fact]
    public void EqualInputsGiveEqualOutputs()
    {
        Assert.Equal(Play(7), Play(7));
        Assert.NotEqual(Play(7), Play(8));

        static string Play(int seed)
        {
            var chance = new Random(seed);
            var id = 0;
            var bench = new MachineBench(o => o with { Jitter = chance.NextDouble, NewId = () => new Guid(id++, 0, 0, new byte[8]) });
            var job = Service with { Instances = 5 };
            bench.Hello("w1");
            bench.Create(job);
            for (var i = 0; i < 40; i++)
            {
                foreach (var task in bench.State.Tasks.Values.Where(t => t.State == TaskState.Assigned).ToArray())
                    bench.Report("w1", task.Id, i % 3 == 0 ? TaskState.Running : TaskState.Failed);
                bench.Pass(i % 7 == 6 ? 20 : 5, i % 7 == 6 ? [] : ["w1"]);
                bench.Hello("w1");
            }

            return string.Join('\n', bench.Effects.OfType<Announced>().Select(e => e.Change.ToString()));
        }
    }
}
