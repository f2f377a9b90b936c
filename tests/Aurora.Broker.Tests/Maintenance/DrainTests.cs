using Aurora.Broker.Scheduling;
using Aurora.Broker.State;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;
using static Aurora.Broker.Tests.Maintenance.DrainWorld;

namespace Aurora.Broker.Tests.Maintenance;

/// <summary>How workers are emptied (aurora-spec section 8.4).</summary>
public sealed class DrainTests
{
    [Fact]
    public void WhenAPolicyLetsOneGo_TheNextGoesOnlyWhenItsReplacementHasRunLongEnough()
    {
        var world = TwoWorkers(Service(policy: Percent(95, 60)));
        world.Advance(60);
        world.Drain("w1");
        Assert.Single(world.Ending);

        world.EndAndStart();
        Assert.Empty(world.Ending); // The replacement runs, but not for 60 s.
        world.Advance(59);
        Assert.Empty(world.Ending);
        world.Advance(5);
        Assert.Single(world.Ending);
        Assert.Equal((MaintenanceMode.Draining, 9), (world.Mode("w1"), world.On("w1").Count()));
    }

    [Fact]
    public void WhileAnUpdateReplacesAnInstance_TheJobIsNotTakenForOneThatIsTooSmallForItsPolicy()
    {
        var world = TwoWorkers(Service(policy: Count(18)));
        world.Send(new StartUpdate(Guid.NewGuid(), "ann", Service(policy: Count(18), cpu: 0.02), null, null));
        world.Drain("w1");
        Assert.Single(world.Ending);

        var updated = Assert.Single(world.Active, t => t.State == TaskState.Killing);
        world.Report(updated, TaskState.Killed); // In this turn 19 are active until the update has made the next one.
        Assert.Single(world.Ending);
    }

    [Fact]
    public void WhenATaskBecomesRunning_TheNextGoesAtOnce()
    {
        var world = TwoWorkers(Service(policy: Percent(95)));
        world.Drain("w1");
        var first = Assert.Single(world.Ending);
        world.Report(first, TaskState.Killed);
        Assert.Empty(world.Ending);
        world.StartPlaced(); // Without any time having passed.
        Assert.Single(world.Ending);
    }

    [Fact]
    public void WhenTheLastTaskIsGone_TheWorkerIsDrained_AndEverythingRunsElsewhere()
    {
        var world = TwoWorkers(Service(policy: Percent(90)));
        world.Drain("w1");
        for (var i = 0; i < 10 && world.Mode("w1") != MaintenanceMode.Drained; i++)
            world.EndAndStart();

        Assert.Equal(MaintenanceMode.Drained, world.Mode("w1"));
        Assert.Equal(20, world.On("w2").Count());
        Assert.Equal([(MaintenanceMode.None, MaintenanceMode.Draining, "drained by op: new disks"), (MaintenanceMode.Draining, MaintenanceMode.Drained, "the last task is gone")],
            world.Effects.OfType<ModeAnnounced>().Select(e => (e.Change.From, e.Change.To, e.Change.Message)));
    }

    [Fact]
    public void WhenSeveralWorkersAreDrained_TheyKeepThePolicyTogether()
    {
        var world = new DrainWorld();
        foreach (var worker in new[] { "w1", "w2", "w3", "w4" })
            world.Hello(worker);
        world.Run(Service(instances: 40, policy: Count(36)));

        world.Drain("w1", "w2", "w3");
        Assert.Equal(4, world.Ending.Count());
        world.Drain("w4"); // In another command, later.
        world.Advance(3600);
        Assert.Equal(4, world.Ending.Count());
    }

    [Fact]
    public void WhenTheDeadlineIsOver_TheRestGoesWithoutAsking()
    {
        var world = TwoWorkers(Service(policy: Percent(95)));
        world.Drain(null, 3600, "w1");
        world.Advance(3599);
        Assert.Single(world.Ending);
        world.Advance(1);
        Assert.Equal(10, world.Ending.Count());
        Assert.Contains(world.Ending, t => t.Events[^1].Message == "Worker w1 is drained by op: new disks (the drain's time for policies is over)");
    }

    [Fact]
    public void WhenTheTimeoutIsZero_AllGoAtOnce_AndTheAnswerSaysSo()
    {
        var world = TwoWorkers(Service(policy: Percent(95)));
        var reply = world.Drain(null, 0, "w1");
        Assert.Equal((ReplyCode.Ok, "Worker w1 being drained, 0 of them drained already."), (reply.Code, reply.Message));
        Assert.Equal(10, world.Ending.Count());
        world.End();
        Assert.Equal(MaintenanceMode.Drained, world.Mode("w1"));
    }

    [Fact]
    public void WhenAnotherDrainIsAskedFor_ItReplacesTheFirst_WithItsDeadlineAndPolicy()
    {
        var world = TwoWorkers(Service());
        world.Drain(Percent(95), 60, "w1");
        Assert.Single(world.Ending);
        world.Drain(Percent(90), 7200, "w1");
        Assert.Equal(2, world.Ending.Count());
        world.Advance(3600); // The first deadline means nothing any more.
        Assert.Equal(2, world.Ending.Count());
        world.Advance(3600);
        Assert.Equal(10, world.Ending.Count());
    }

    [Fact]
    public void WhenTheWorkerIsActivated_TheDrainIsOver_AndWhatIsEndingEnds()
    {
        var world = TwoWorkers(Service(policy: Percent(95)));
        world.Drain(null, 60, "w1");
        world.Activate("w1");
        var ending = Assert.Single(world.Ending);
        world.Advance(3600);
        Assert.Single(world.Ending);
        world.Report(ending, TaskState.Killed);
        Assert.Equal((MaintenanceMode.None, null), (world.Mode("w1"), world.Machine.State.Workers[new("w1")].Record.Drain));
        Assert.Equal(20, world.Active.Count(t => t.State is TaskState.Running or TaskState.Assigned));
        Assert.Empty(world.Ending);
    }

    [Fact]
    public void WhenTheLeaderChanges_TheDrainGoesOn()
    {
        var world = TwoWorkers(Service(policy: Percent(90)));
        world.Drain(null, 3600, "w1");
        world.Crash();
        world.HelloAgain("w1");
        world.HelloAgain("w2");
        for (var i = 0; i < 3; i++)
            world.EndAndStart();
        Assert.InRange(world.On("w1").Count(), 1, 7);
        world.Crash();
        world.Advance(3600);
        Assert.Equal(world.On("w1").Count(), world.Ending.Count());
    }

    [Fact]
    public void WhenAHelloComes_TheModeAndTheDrainStay()
    {
        var world = TwoWorkers(Service(policy: Percent(95)));
        world.Drain("w1");
        world.HelloAgain("w1");
        Assert.Equal((MaintenanceMode.Draining, "op"), (world.Mode("w1"), world.Machine.State.Workers[new("w1")].Record.Drain?.User));
    }

    [Fact]
    public void WhenNothingElseHasRoom_TheWorkerDrainsAllTheSame_AndTheReplacementSaysWhyItWaits()
    {
        var world = new DrainWorld();
        world.Hello("w1");
        world.Run(Service(instances: 2));
        world.Drain("w1");
        world.End();
        Assert.Equal(MaintenanceMode.Drained, world.Mode("w1"));
        var page = (TaskPage)world.Ask(new GetTasks(Guid.NewGuid(), "ann", null, null, null, null, null, true, null, 10)).Result!;
        Assert.All(page.Tasks, t => Assert.Equal((TaskState.Pending, "the only worker is draining"), (t.State, t.PendingReason)));
    }

    [Fact]
    public void WhenADrainingWorkerDisappears_ItsTasksGoElsewhere_AndItIsDrained()
    {
        var world = new DrainWorld(o => o with { WorkerLostAfter = TimeSpan.FromSeconds(15) });
        world.Hello("w1");
        world.Hello("w2");
        world.Run(Service(policy: Percent(95)));
        world.Drain("w1");
        world.Advance(10);
        world.HelloAgain("w2");
        world.Advance(10);
        Assert.Equal(MaintenanceMode.Drained, world.Mode("w1"));
        Assert.Equal(20, world.On("w2").Count());

        world.Hello("w1"); // It comes back, and takes nothing.
        Assert.Equal(MaintenanceMode.Drained, world.Mode("w1"));
        Assert.Empty(world.On("w1"));
    }

    [Fact]
    public void WhenTheWorkerDoesNotAnswer_ADrainingTaskIsGivenUp_AndStartedElsewhere()
    {
        var world = TwoWorkers(Service(instances: 2), o => o with { Timeouts = new TimeoutOptions { Transient = TimeSpan.FromMinutes(5) } });
        world.Drain("w1");
        world.Forget();
        world.Advance(20);
        Assert.Contains(world.Effects.OfType<ToWorker>(), e => e.Message is KillTask); // Told again.
        world.Advance(300);
        Assert.Equal(MaintenanceMode.Drained, world.Mode("w1"));
        Assert.Equal(2, world.On("w2").Count());
    }

    [Fact]
    public void JobsWithoutAPolicy_GetTheDrainsOwn_ElseNinetyFivePercentForHalfAnHour()
    {
        var world = TwoWorkers(Service());
        world.Drain("w1");
        Assert.Empty(world.Ending); // Nobody has run for half an hour.
        world.Advance(1800);
        Assert.Single(world.Ending);
        world.Drain(Count(17), null, "w1");
        Assert.Equal(3, world.Ending.Count());
    }

    [Fact]
    public void AJobsOwnPolicy_ComesBeforeTheDrains()
    {
        var world = TwoWorkers(Service(policy: Count(18)));
        world.Drain(Percent(0), null, "w1");
        Assert.Equal(2, world.Ending.Count());
    }

    [Fact]
    public void SmallJobsAndJobsOfOtherTiers_AreFreeToGo()
    {
        var world = TwoWorkers(Service(instances: 19));
        world.Run(Service("batch", instances: 30, tier: null));
        var there = world.On("w1").Count();
        world.Drain("w1");
        Assert.Equal(there, world.Ending.Count());
    }

    [Fact]
    public void APolicyOfAnotherTier_IsKeptWhereTheOptionSaysSo()
    {
        var world = TwoWorkers(Service(tier: null, policy: Percent(95)), o => o with { Sla = o.Sla with { KeepsNonProduction = true } });
        world.Drain("w1");
        Assert.Single(world.Ending);
    }

    [Fact]
    public void TasksThatAreEndingAnyway_AreLeftAlone()
    {
        var world = TwoWorkers(Service(instances: 2));
        world.Send(new KillTasks(Guid.NewGuid(), "ann", Service().Key, null, null));
        world.Drain("w1");
        Assert.Empty(world.Ending);
        foreach (var task in world.Active.ToArray())
            world.Report(task, TaskState.Killed);
        Assert.Equal(MaintenanceMode.Drained, world.Mode("w1"));
        Assert.Empty(world.Active); // Drained or not: what somebody killed stays killed.
    }

    [Fact]
    public void ATaskThatIsNotThereYet_IsDrainedToo()
    {
        var world = new DrainWorld();
        world.Hello("w1");
        world.Send(new CreateJob(Guid.NewGuid(), "ann", Service(instances: 1)));
        world.Drain("w1");
        Assert.Single(world.Ending);
        world.Hello("w2");
        world.EndAndStart();
        Assert.Single(world.On("w2"));
    }

    [Fact]
    public void AWorkersOwnWish_AndADrain_GoTogether()
    {
        var world = TwoWorkers(Service(policy: Percent(95)));
        world.Drain("w1");
        world.Hello("w1", draining: true, tasks: [.. world.On("w1").Select(t => Support.FakeWorker.Report(t.Id, TaskState.Lost))]);
        Assert.Equal(MaintenanceMode.Drained, world.Mode("w1"));
        Assert.Equal(20, world.On("w2").Count());
        world.Hello("w1"); // It was started again, without its wish: the operator's drain still holds.
        Assert.Equal(MaintenanceMode.Drained, world.Mode("w1"));
    }

    [Fact]
    public void ADrainThatWaits_SaysWhatItWaitsFor()
    {
        var world = TwoWorkers(Service(policy: Percent(95)));
        world.Run(Service("small", instances: 2, policy: Coordinator()));
        Assert.Null(Waits(world));
        world.Drain("w1");
        Assert.Equal("devcluster/www-data/devel/small: its coordinator must allow it; and 1 more", Waits(world));

        world.Answer(world.Questions.Single(), allowed: true);
        world.End();
        Assert.Equal("devcluster/www-data/devel/web: 19 of 20 instances must have been running for 0 s, and without this one 18 have", Waits(world));
        world.Drain(null, 0, "w1");
        Assert.Equal("tasks that are being ended", Waits(world));
        world.End();
        Assert.Null(Waits(world));
    }

    [Fact]
    public void WhenManyJobsWait_ALookTakesSeveralTurns_AndReachesAllOfThem()
    {
        var world = new DrainWorld();
        foreach (var worker in new[] { "w1", "w2", "w3", "w4" })
            world.Hello(worker);
        for (var i = 0; i < 60; i++)
            world.Run(Service($"j{i:000}", instances: 20, policy: Percent(95, 60), cpu: 0.001));
        world.Advance(30);
        world.Drain("w1");
        Assert.Empty(world.Ending);

        world.Advance(30);
        Assert.Equal(50, world.Ending.Count());
        world.Advance(0.01);
        Assert.Equal(60, world.Ending.Count());
    }

    private static string? Waits(DrainWorld world) => ((WorkerPage)world.Ask(new GetWorkers(Guid.NewGuid(), "ann", "w1", null, 1)).Result!).Workers.Single().DrainWaits;

    private static DrainWorld TwoWorkers(Core.Configuration.JobConfiguration job, Func<TurnOptions, TurnOptions>? with = null)
    {
        var world = new DrainWorld(with);
        world.Hello("w1");
        world.Hello("w2");
        world.Run(job);
        return world;
    }
}
