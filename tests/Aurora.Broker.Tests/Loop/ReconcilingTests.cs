using Aurora.Broker.State;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

/// <summary>Lost, late and repeated messages, attempts that should not be, and agents that should not be.</summary>
public sealed class ReconcilingTests
{
    private static readonly JobConfiguration Service = Some.Job("web", service: true);
    private static readonly WorkerId W1 = new("w1");

    [Fact]
    public void WhileAWorkersDigestAgrees_ItIsNeverAskedForAHello()
    {
        var bench = new MachineBench();
        var task = bench.Run(Service);
        bench.Forget();
        Beat(bench, 600, Digest((task.Id, TaskPhase.Running)));
        Assert.Empty(bench.Sent<SendHello>());
    }

    [Theory]
    [InlineData("report")]
    [InlineData("kill")]
    [InlineData("ends_recorded")]
    [InlineData("launch")]
    public void WhateverMessageIsLost_BothAgreeAgainWithinAMinute(string lost)
    {
        var bench = new MachineBench();
        var task = bench.Run(Service, state: lost == "launch" ? TaskState.Assigned : TaskState.Starting);
        TaskState? has = TaskState.Starting;
        switch (lost)
        {
            case "report":
                has = TaskState.Running;
                break;
            case "ends_recorded":
                bench.Report("w1", task.Id, has.Value);
                bench.Report("w1", task.Id, TaskState.Failed);
                has = TaskState.Failed;
                break;
            case "kill":
                bench.Report("w1", task.Id, TaskState.Running);
                bench.Kill(Service);
                bench.Pass(301, "w1"); // Given up.
                has = TaskState.Running;
                break;
            case "launch":
                has = null;
                break;
        }

        bench.Forget();
        for (var i = 0; i < 60; i++)
        {
            bench.Pass(1);
            bench.Say(new WorkerHeartbeat(W1, MachineBench.SessionOf("w1")) { TasksDigest = has is { } h ? Digest((task.Id, TaskDigest.PhaseOf(h))) : Digest() });
            if (bench.Sent<SendHello>().Any())
            {
                bench.Hello("w1", has is { } s ? [FakeWorker.Report(task.Id, s)] : []);
                break;
            }
        }

        switch (lost)
        {
            case "report":
                Assert.Equal(TaskState.Running, bench.Task(task.Id).State);
                break;
            case "ends_recorded":
                Assert.Contains(bench.Sent<EndsRecorded>(), e => e.Tasks.Contains(task.Id));
                break;
            case "kill":
                Assert.Contains(bench.Sent<KillTask>(), k => k.TaskId == task.Id);
                break;
            case "launch":
                Assert.Contains(bench.Sent<LaunchTask>(), l => l.TaskId == task.Id);
                break;
        }
    }

    [Fact]
    public void ATaskThatItsWorkerLost_IsNoticedByTheDigest()
    {
        var bench = new MachineBench();
        var task = bench.Run(Service);
        bench.Forget();
        Beat(bench, 16, Digest());
        Assert.NotEmpty(bench.Sent<SendHello>());
        bench.Hello("w1");
        Assert.Equal((TaskState.Lost, "the worker does not have it"), (bench.Task(task.Id).State, bench.Task(task.Id).Events[^1].Message));
    }

    [Fact]
    public void TheDigestThatTheBrokerKeepsIsTheOneOfItsTasks_WhateverBecomesOfThem()
    {
        var bench = new MachineBench();
        var chance = new Random(5);
        bench.Hello("w1");
        bench.Create(Service with { Instances = 6 });
        for (var i = 0; i < 300; i++)
        {
            var placed = bench.State.Tasks.Values.Where(t => t.Worker == W1).OrderBy(t => t.Id.Value, StringComparer.Ordinal).ToArray();
            TaskState[] said = [TaskState.Starting, TaskState.Running, TaskState.Running, TaskState.Failed, TaskState.Finished];
            bench.Report("w1", placed[chance.Next(placed.Length)].Id, said[chance.Next(said.Length)]);
            if (i % 20 == 10)
                bench.Pass(20);
            if (i % 20 == 15)
                bench.Hello("w1", [.. placed.Where(t => bench.Task(t.Id).State.IsOnWorker()).Select(t => FakeWorker.Report(t.Id, TaskState.Running))]);
            if (i % 50 == 49)
                bench.Failover();
            var expected = bench.State.Tasks.Values.Where(t => t.State.IsOnWorker() && t.Worker == W1)
                .Aggregate(default(TaskDigest), (digest, t) => TaskHistory.PhaseOnWorker(t) is { } phase ? digest.Add(t.Id, phase) : digest);
            Assert.Equal(expected, bench.State.Workers[W1].Digest);
        }
    }

    [Fact]
    public void WhenAnOldAttemptTurnsUpBesideANewerOne_ItIsKilledAndReportedOnce()
    {
        var bench = new MachineBench();
        var old = bench.Run(Service);
        bench.Pass(15);
        bench.Hello("w2");
        var active = bench.Active(Service);
        bench.Forget();
        for (var i = 0; i < 3; i++)
            bench.Hello("w1", FakeWorker.Report(old.Id, TaskState.Running));

        Assert.Equal(3, bench.Sent<KillTask>().Count(k => k.TaskId == old.Id));
        var found = Assert.Single(bench.Effects.OfType<DuplicateReported>()).Found;
        Assert.Equal((old.Id, W1, active.Id, (WorkerId?)new WorkerId("w2")), (found.TaskId, found.Worker, found.ActiveTask, found.ActiveWorker));
        var history = bench.Task(old.Id);
        Assert.Equal((TaskState.Lost, found.Message), (history.State, history.Events[^1].Message));
        Assert.Equal(2, history.Events.Count(e => e.State == TaskState.Lost));
        Assert.Equal(1, bench.Ask<ClusterStatus>(new GetCluster(Guid.NewGuid(), "ann")).DuplicatesFound);

        bench.Failover();
        bench.Hello("w1", FakeWorker.Report(old.Id, TaskState.Running));
        Assert.Single(bench.Effects.OfType<DuplicateReported>());
    }

    [Fact]
    public void ADuplicateThatHasEndedMeanwhile_IsReportedToo()
    {
        var bench = new MachineBench();
        var old = bench.Run(Service);
        bench.Pass(15);
        var lostAt = bench.Task(old.Id).ChangedAt;
        bench.Hello("w1", FakeWorker.Report(old.Id, TaskState.Killed) with { At = lostAt.AddSeconds(-1) });
        Assert.Empty(bench.Effects.OfType<DuplicateReported>()); // Over before there was another.
        bench.Hello("w1", FakeWorker.Report(old.Id, TaskState.Killed) with { At = lostAt.AddSeconds(9) });
        Assert.Contains("until 2026-01-01 00:00:24Z", Assert.Single(bench.Effects.OfType<DuplicateReported>()).Found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AZombieWithoutANewerAttempt_IsKilled_AndIsNoDuplicate()
    {
        var bench = new MachineBench();
        var task = bench.Run(Some.Job("batch"));
        bench.Report("w1", task.Id, TaskState.Failed);
        bench.Forget();
        bench.Report("w1", task.Id, TaskState.Running);
        Assert.Single(bench.Sent<KillTask>());
        Assert.Empty(bench.Effects.OfType<DuplicateReported>());
    }

    [Fact]
    public void AReportOfAWorkerThatDoesNotOwnTheTask_ChangesNothing_AndEndsWhatRunsThere()
    {
        var bench = new MachineBench();
        var task = bench.Run(Service);
        bench.Hello("w2");
        bench.Forget();
        bench.Report("w2", task.Id, TaskState.Failed);
        Assert.Equal(TaskState.Running, bench.Task(task.Id).State);
        bench.Report("w2", task.Id, TaskState.Running);
        Assert.Equal((new WorkerId("w2"), task.Id), Assert.Single(bench.Effects.OfType<ToWorker>(), e => e.Message is KillTask) is { Message: KillTask kill } to
            ? (to.Worker, kill.TaskId) : default);
    }

    [Fact]
    public void AHelloThatWasOvertaken_MissesNothing_AndEndsNothing()
    {
        var bench = new MachineBench();
        bench.Say(MachineBench.HelloOf("w1") with { Sequence = 1 });
        var task = bench.Run(Service, state: TaskState.Assigned);
        bench.Say(MachineBench.Reported("w1", task.Id, TaskState.Starting) with { Sequence = 3 });
        bench.Forget();
        bench.Say(MachineBench.HelloOf("w1") with { Sequence = 2 }); // Said before the order came.
        Assert.Equal(TaskState.Starting, bench.Task(task.Id).State);
        Assert.Empty(bench.Effects);

        bench.Say(MachineBench.Reported("w1", task.Id, TaskState.Failed) with { Sequence = 5 });
        bench.Forget();
        bench.Say(MachineBench.HelloOf("w1", FakeWorker.Report(task.Id, TaskState.Running)) with { Sequence = 4 });
        Assert.Empty(bench.Sent<KillTask>());
        Assert.Empty(bench.Effects.OfType<DuplicateReported>());
    }

    [Fact]
    public void AReportThatWasOvertaken_StillCountsAsFarAsItIsNews()
    {
        var bench = new MachineBench();
        bench.Say(MachineBench.HelloOf("w1") with { Sequence = 1 });
        var a = bench.Run(Service, state: TaskState.Assigned);
        var b = bench.Run(Service with { Name = "db" }, state: TaskState.Assigned);
        bench.Say(MachineBench.Reported("w1", b.Id, TaskState.Running) with { Sequence = 3 });
        bench.Say(MachineBench.Reported("w1", a.Id, TaskState.Running) with { Sequence = 2 });
        Assert.Equal((TaskState.Running, TaskState.Running), (bench.Task(a.Id).State, bench.Task(b.Id).State));
    }

    [Fact]
    public void AnAgentThatWasStartedAgain_IsTakenAtOnce_AndLateWordsOfTheOneBeforeDoNoHarm()
    {
        var bench = new MachineBench();
        var task = bench.Run(Service);
        var next = MachineBench.SessionOf("next");
        bench.Say(MachineBench.HelloOf("w1", FakeWorker.Report(task.Id, TaskState.Running)) with { Session = next, PreviousSessions = [MachineBench.SessionOf("w1")] });
        bench.Forget();
        bench.Hello("w1"); // The old one's, and late.
        bench.Heartbeat("w1");
        Assert.Equal((TaskState.Running, next), (bench.Task(task.Id).State, bench.State.Workers[W1].Record.Session));
        Assert.Empty(bench.Effects);
    }

    [Fact]
    public void TwoAgentsWithOneId_AreReported_TheFirstStays_AndNothingIsPlacedOnThem()
    {
        var bench = new MachineBench();
        bench.Say(MachineBench.HelloOf("w1") with { PreviousSessions = [] });
        var task = bench.Run(Service);
        var twin = MachineBench.HelloOf("w1") with { Session = MachineBench.SessionOf("twin"), Host = "other.example.org", PreviousSessions = [] };
        for (var i = 0; i < 60; i++)
        {
            bench.Pass(1, "w1");
            bench.Say(twin);
            bench.Say(new WorkerHeartbeat(W1, twin.Session));
        }

        Assert.Equal(TaskState.Running, bench.Task(task.Id).State);
        Assert.Equal(MachineBench.SessionOf("w1"), bench.State.Workers[W1].Record.Session);
        Assert.Equal(new TwinReported(W1, "w1.example.org", "other.example.org"), Assert.Single(bench.Effects.OfType<TwinReported>()));
        Assert.Contains("other.example.org", Assert.Single(bench.Ask<ClusterStatus>(new GetCluster(Guid.NewGuid(), "ann")).Workers).Problem, StringComparison.Ordinal);
        bench.Create(Some.Job("more"));
        Assert.Equal(TaskState.Pending, bench.Active(Some.Job("more")).State);

        bench.Pass(31, "w1"); // The twin is gone.
        Assert.Null(Assert.Single(bench.Ask<ClusterStatus>(new GetCluster(Guid.NewGuid(), "ann")).Workers).Problem);
        Assert.Equal(TaskState.Assigned, bench.Active(Some.Job("more")).State);
    }

    [Fact]
    public void ATwinWithoutMemoryOfItsSessions_IsReportedWhenTheOtherOneGoesOn()
    {
        var bench = new MachineBench();
        bench.Hello("w1");
        bench.Say(MachineBench.HelloOf("w1") with { Session = MachineBench.SessionOf("twin") });
        for (var i = 0; i < 20; i++)
        {
            bench.Pass(1, "w1");
            bench.Say(new WorkerHeartbeat(W1, MachineBench.SessionOf("twin")));
        }

        Assert.Single(bench.Effects.OfType<TwinReported>());
        Assert.Equal(MachineBench.SessionOf("twin"), bench.State.Workers[W1].Record.Session); // No to and fro.
    }

    [Fact]
    public void WhenTheKnownAgentIsSilent_AnotherOneTakesItsPlace()
    {
        var bench = new MachineBench();
        bench.Say(MachineBench.HelloOf("w1") with { PreviousSessions = [] });
        bench.Pass(16);
        bench.Say(MachineBench.HelloOf("w1") with { Session = MachineBench.SessionOf("new"), PreviousSessions = [] });
        Assert.Equal(MachineBench.SessionOf("new"), bench.State.Workers[W1].Record.Session);
        Assert.Empty(bench.Effects.OfType<TwinReported>());
    }

    [Theory]
    [InlineData(-400)]
    [InlineData(400)]
    public void AWorkerWhoseClockIsWrong_IsAWorkerLikeOthers(int days)
    {
        var bench = new MachineBench();
        var task = bench.Run(Service, state: TaskState.Assigned);
        bench.Say(new TasksReported(W1, MachineBench.SessionOf("w1"), [new TaskReport(task.Id, TaskState.Running, MachineBench.Start.AddDays(days), null, [])]));
        Assert.Equal((TaskState.Running, bench.Now), (bench.Task(task.Id).State, bench.Task(task.Id).ChangedAt));
        bench.Pass(100, "w1");
        Assert.Equal(TaskState.Running, bench.Task(task.Id).State);
    }

    [Fact]
    public void AHeartbeatIsAnsweredOnlyForTheKnownWorkerInTouch_AndOnlyWithAProofOfLeadership()
    {
        var bench = new MachineBench();
        var asking = new WorkerHeartbeat(W1, MachineBench.SessionOf("w1")) { AnswerTo = 4 };
        bench.Say(asking);
        Assert.Empty(bench.Sent<HeartbeatHeard>());

        bench.Hello("w1");
        bench.Say(asking);
        Assert.Equal(new HeartbeatHeard(MachineBench.SessionOf("w1"), 4), Assert.Single(bench.Sent<HeartbeatHeard>()));
        Assert.True(bench.Last is { MustProveLeadership: true, Changes.IsEmpty: true });
        bench.Heartbeat("w1");
        Assert.False(bench.Last.MustProveLeadership);

        bench.Say(asking with { Session = MachineBench.SessionOf("twin") });
        Assert.Single(bench.Sent<HeartbeatHeard>());
        bench.Pass(16);
        bench.Say(asking); // It is down here until its hello comes; its tasks may be given up any moment.
        Assert.Single(bench.Sent<HeartbeatHeard>());
    }

    private static void Beat(MachineBench bench, int seconds, string digest)
    {
        for (var i = 0; i < seconds; i++)
        {
            bench.Pass(1);
            bench.Say(new WorkerHeartbeat(W1, MachineBench.SessionOf("w1")) { TasksDigest = digest });
        }
    }

    private static string Digest(params (TaskId Task, TaskPhase Phase)[] tasks) =>
        tasks.Aggregate(default(TaskDigest), (digest, t) => digest.Add(t.Task, t.Phase)).ToString();
}
