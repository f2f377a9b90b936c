using Aurora.Broker.State;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Configuration;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

/// <summary>What a worker's silence means for its tasks, and what its return does (aurora-spec section 5.9).</summary>
public sealed class PartitionTests
{
    private static readonly JobConfiguration Service = Some.Job("web", service: true);
    private static readonly JobConfiguration Patient = Service with { PartitionPolicy = new PartitionPolicyConfiguration { DelaySecs = 60 } };
    private static readonly JobConfiguration Faithful = Service with { PartitionPolicy = new PartitionPolicyConfiguration { Reschedule = false } };

    [Fact]
    public void WithoutAPolicy_TheReplacementIsMadeInTheTurnThatNoticesTheSilence()
    {
        var bench = new MachineBench();
        var old = bench.Run(Service);
        bench.Pass(15);
        Assert.Equal([TaskState.Pending, TaskState.Assigned, TaskState.Running, TaskState.Partitioned, TaskState.Lost], States(bench.Task(old.Id)));
        Assert.Equal("worker w1 was not heard of for 15 s", bench.Task(old.Id).Events[^1].Message);
        Assert.Equal(old.Id, bench.Active(Service).Ancestor);
        Assert.Contains(bench.Sent<KillTask>(), k => k.TaskId == old.Id); // Waits in the worker's queue.
    }

    [Theory]
    [InlineData(TaskState.Starting)]
    [InlineData(TaskState.Running)]
    public void WithADelay_TheTaskIsGivenUpOnlyWhenItIsOver(TaskState state)
    {
        var bench = new MachineBench();
        var old = bench.Run(Patient, state: state);
        bench.Pass(15);
        Assert.Equal(TaskState.Partitioned, bench.Task(old.Id).State);
        Assert.Equal(old.Id, bench.Active(Patient).Id);
        bench.Pass(59.9);
        Assert.Equal(TaskState.Partitioned, bench.Task(old.Id).State);
        bench.Pass(0.1);
        Assert.Equal(TaskState.Lost, bench.Task(old.Id).State);
        Assert.Equal(old.Id, bench.Active(Patient).Ancestor);
    }

    [Fact]
    public void WhenTheWorkerComesBackInTime_TheTaskGoesOn_AndTheDelayStartsAnewNextTime()
    {
        var bench = new MachineBench();
        var task = bench.Run(Patient);
        bench.Pass(70);
        bench.Hello("w1", FakeWorker.Report(task.Id, TaskState.Running));
        Assert.Equal((TaskState.Running, task.Id), (bench.Task(task.Id).State, bench.Active(Patient).Id));
        bench.Pass(74);
        Assert.Equal(TaskState.Partitioned, bench.Task(task.Id).State);
        bench.Pass(1);
        Assert.Equal(TaskState.Lost, bench.Task(task.Id).State);
    }

    [Fact]
    public void AReportHealsAsWell_AndTheWorkerIsWatchedAgain()
    {
        var bench = new MachineBench();
        var task = bench.Run(Patient);
        bench.Pass(20);
        bench.Forget();
        bench.Report("w1", task.Id, TaskState.Running);
        Assert.Equal(TaskState.Running, bench.Task(task.Id).State);
        Assert.Single(bench.Sent<SendHello>());
        bench.Pass(16); // Its hello never comes.
        Assert.Equal(TaskState.Partitioned, bench.Task(task.Id).State);
    }

    [Fact]
    public void WithoutReschedule_TheTaskWaitsForItsWorker_HoweverLong_AcrossFailovers()
    {
        var bench = new MachineBench();
        var task = bench.Run(Faithful);
        bench.Pass(20);
        bench.Now.AddDays(1);
        bench.Failover(86400);
        bench.Pass(60);
        Assert.Equal(TaskState.Partitioned, bench.Task(task.Id).State);
        bench.Hello("w1", FakeWorker.Report(task.Id, TaskState.Running));
        Assert.Equal(TaskState.Running, bench.Task(task.Id).State);
    }

    [Fact]
    public void AfterAFailover_WhatIsLeftOfTheDelayCounts_ButNotBeforeWorkersCouldSpeak()
    {
        var bench = new MachineBench();
        var task = bench.Run(Patient);
        bench.Pass(15);
        bench.Failover(20);
        bench.Pass(39.9);
        Assert.Equal(TaskState.Partitioned, bench.Task(task.Id).State);
        bench.Pass(0.2);
        Assert.Equal(TaskState.Lost, bench.Task(task.Id).State);

        var other = bench.Active(Patient);
        bench.Hello("w2");
        bench.Report("w2", other.Id, TaskState.Running);
        bench.Pass(15);
        bench.Failover(1000);
        bench.Pass(14);
        Assert.Equal(TaskState.Partitioned, bench.Task(other.Id).State);
        bench.Hello("w2", FakeWorker.Report(other.Id, TaskState.Running));
        Assert.Equal(TaskState.Running, bench.Task(other.Id).State);
    }

    [Fact]
    public void AnAssignedTaskIsLostByItsWorkersSilence()
    {
        var bench = new MachineBench();
        var task = bench.Run(Patient, state: TaskState.Assigned);
        bench.Pass(15);
        Assert.Equal([TaskState.Pending, TaskState.Assigned, TaskState.Lost], States(bench.Task(task.Id)));
        Assert.Equal(task.Id, bench.Active(Patient).Ancestor);
    }

    [Fact]
    public void ATaskThatIsBeingKilledIsLostByItsWorkersSilence_AndNotStartedAgain()
    {
        var bench = new MachineBench();
        var task = bench.Run(Faithful);
        bench.Kill(Faithful);
        bench.Pass(15);
        Assert.Equal([TaskState.Pending, TaskState.Assigned, TaskState.Running, TaskState.Killing, TaskState.Partitioned, TaskState.Lost], States(bench.Task(task.Id)));
        Assert.Null(bench.ActiveOrNone(Faithful));
    }

    [Fact]
    public void APartitionedTaskCanBeKilled_AndTheWorkerIsToldWhenItComesBack()
    {
        var bench = new MachineBench();
        var task = bench.Run(Faithful);
        bench.Pass(15);
        bench.Forget();
        bench.Kill(Faithful);
        Assert.Equal(TaskState.Lost, bench.Task(task.Id).State);
        Assert.Null(bench.ActiveOrNone(Faithful));
        Assert.Equal(task.Id, Assert.Single(bench.Sent<KillTask>()).TaskId);

        bench.Forget();
        bench.Hello("w1", FakeWorker.Report(task.Id, TaskState.Running)); // That kill was lost.
        Assert.Equal(task.Id, Assert.Single(bench.Sent<KillTask>()).TaskId);
    }

    [Fact]
    public void AServiceThatEndedWhileItsWorkerWasOutOfReach_GetsANewAttempt()
    {
        var bench = new MachineBench();
        var task = bench.Run(Faithful);
        bench.Pass(15);
        bench.Hello("w1", FakeWorker.Report(task.Id, TaskState.Finished));
        Assert.Equal(TaskState.Finished, bench.Task(task.Id).State);
        Assert.Equal(task.Id, bench.Active(Faithful).Ancestor);
    }

    [Fact]
    public void AWorkerThatComesAndGoes_DoesNotFillTheHistory()
    {
        var bench = new MachineBench();
        var task = bench.Run(Patient);
        for (var i = 0; i < 50; i++)
        {
            bench.Pass(16);
            bench.Hello("w1", FakeWorker.Report(task.Id, TaskState.Running));
        }

        task = bench.Task(task.Id);
        Assert.Equal([TaskState.Pending, TaskState.Assigned, TaskState.Running, TaskState.Partitioned, TaskState.Running], States(task));
        Assert.Equal((50, MachineBench.Start), (task.TimesPartitioned, task.Events[2].At));
        bench.Pass(15);
        Assert.Contains("(for the 51. time)", bench.Shown(task.Id).PendingReason, StringComparison.Ordinal);
    }

    [Fact]
    public void APartitionedTaskSaysWhatWillBecomeOfIt()
    {
        var bench = new MachineBench();
        var patient = bench.Run(Patient);
        var faithful = bench.Run(Faithful with { Name = "db" });
        bench.Pass(15);
        Assert.Equal("worker w1 is out of reach since 2026-01-01 00:00:15Z; unless it comes back, the task is given up and started elsewhere at 2026-01-01 00:01:15Z",
            bench.Shown(patient.Id).PendingReason);
        Assert.Equal("worker w1 is out of reach since 2026-01-01 00:00:15Z; the task waits until it comes back, or until somebody kills the task (partition_policy.reschedule is false)",
            bench.Shown(faithful.Id).PendingReason);
    }

    [Fact]
    public void TheOrderToRunATaskSaysWhenTheWorkerMustEndIt()
    {
        var bench = new MachineBench();
        bench.Run(Service with { PartitionPolicy = new PartitionPolicyConfiguration { DelaySecs = 200, StopAfterSecs = 30 } });
        Assert.Equal(30, Assert.Single(bench.Sent<LaunchTask>()).StopAfterSecs);
    }

    private static IEnumerable<TaskState> States(TaskRecord task) => task.Events.Select(e => e.State);
}
