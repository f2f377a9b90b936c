using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.Scheduling.Workers;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

/// <summary>When the loop places what: order, wake-ups, measure of a turn, reservations.</summary>
public sealed class PlacementRoundTests
{
    [Fact]
    public void TheHigherPriority_ThenTheLongerWait_ChoosesFirst()
    {
        var driver = new MachineDriver();
        driver.Create(Some.Job("first"));
        driver.Advance(TimeSpan.FromSeconds(1));
        driver.Create(Some.Job("second"));
        driver.Create(Some.Job("urgent") with { Priority = 5 });
        driver.Create(Some.Job("never") with { Priority = -1 });
        driver.Hello("w", cpu: 1);
        Assert.Equal("w", driver.WorkersOf(Some.Job("urgent")));
        driver.Hello("x", cpu: 1);
        Assert.Equal("x", driver.WorkersOf(Some.Job("first")));
        driver.Hello("y", cpu: 1);
        Assert.Equal("y", driver.WorkersOf(Some.Job("second")));
        Assert.Equal("", driver.WorkersOf(Some.Job("never")));
    }

    [Fact]
    public void WhenATaskEnds_WhatWaitsForItsRoomIsPlacedInTheSameTurn()
    {
        var driver = new MachineDriver();
        driver.Hello("w", cpu: 1);
        driver.Create(Some.Job("first"));
        driver.Create(Some.Job("second"));
        Assert.Equal("needs 1 core; the only worker has no core free", driver.WhyPending(Some.Job("second")));
        driver.Report(driver.Tasks(Some.Job("first"))[0], TaskState.Finished);
        Assert.Equal("w", driver.WorkersOf(Some.Job("second")));
    }

    [Fact]
    public void WhenAWorkerIsActivated_OrChangesItsAttributes_WhatWaitsForItIsPlaced()
    {
        var driver = new MachineDriver();
        driver.Hello("w", attributes: "rack=a");
        driver.SetMode("w", MaintenanceMode.Draining);
        var (plain, racked) = (Some.Job("plain"), Some.Job("racked") with { Constraints = SomeWorkers.Attributes("rack=b") });
        driver.Create(plain);
        driver.Create(racked);
        Assert.Equal("the only worker is draining", driver.WhyPending(plain));
        driver.SetMode("w", MaintenanceMode.None);
        Assert.Equal("w", driver.WorkersOf(plain));
        Assert.Equal("the constraint rack=b keeps the only worker out", driver.WhyPending(racked));
        driver.Hello("w", attributes: "rack=b");
        Assert.Equal("w", driver.WorkersOf(racked));
    }

    [Fact]
    public void WhenATaskOfTheJobEnds_AnotherWorkerWithTheSameValueComesBelowItsLimit()
    {
        var driver = new MachineDriver();
        driver.Hello("a1", cpu: 1, attributes: "rack=a");
        var job = Some.Job(instances: 2) with { Constraints = SomeWorkers.Attributes("rack=limit:1") };
        driver.Create(job);
        driver.Hello("a2", cpu: 1, attributes: "rack=a");
        Assert.Equal("a1", driver.WorkersOf(job));
        Assert.Equal("the constraint rack=limit:1 keeps all 2 workers out", driver.WhyPending(job));

        // Its room goes to somebody else at once, so that only the limit can be what helps.
        driver.Create(Some.Job("other") with { Priority = 9 });
        Assert.Equal("a2", driver.WorkersOf(Some.Job("other")));
        driver.Hello("a3", cpu: 1, attributes: "rack=a");
        driver.Report(driver.Tasks(job)[0], TaskState.Finished);
        Assert.Contains(driver.WorkersOf(job), (string[])["a1", "a3"]);
    }

    [Fact]
    public void TasksThatAreBeingKilled_CountForALimitUntilTheyAreGone()
    {
        var driver = new MachineDriver();
        driver.Hello("a1", attributes: "rack=a");
        var job = Some.Job(service: true) with { Constraints = SomeWorkers.Attributes("rack=limit:1") };
        driver.Create(job);
        var first = Assert.Single(driver.Tasks(job));
        driver.Turn(new CommandInput(new FrontDoor.CallRequest(Guid.NewGuid()), new KillTasks(Guid.NewGuid(), "ann", job.Key, null, null), "digest", null, null));
        Assert.Equal(TaskState.Killing, driver.State.Tasks[first.Id].State);
        Assert.Equal(1, driver.State.Jobs[job.Key].TasksAt("rack", "a", driver.State.Index));
        driver.Report(first, TaskState.Killed);
        Assert.Equal(0, driver.State.Jobs[job.Key].TasksAt("rack", "a", driver.State.Index));
    }

    [Fact]
    public void WhenAWorkersAttributesChange_ItsTasksCountUnderTheNewValue()
    {
        var driver = new MachineDriver();
        driver.Hello("w", attributes: "rack=a");
        var job = Some.Job() with { Constraints = SomeWorkers.Attributes("rack=limit:1") };
        driver.Create(job);
        var counts = driver.State.Jobs[job.Key];
        Assert.Equal((1, 0), (counts.TasksAt("rack", "a", driver.State.Index), counts.TasksAt("rack", "b", driver.State.Index)));
        driver.Hello("w", attributes: "rack=b");
        Assert.Equal((0, 1), (counts.TasksAt("rack", "a", driver.State.Index), counts.TasksAt("rack", "b", driver.State.Index)));
    }

    /// <summary>A move to another rack makes room below the limit on workers that did not change themselves.</summary>
    [Fact]
    public void WhenAWorkerLeavesARack_AnotherWorkerOfThatRackComesBelowTheLimit()
    {
        var driver = new MachineDriver();
        driver.Hello("a1", cpu: 1, attributes: "rack=a");
        var job = Some.Job(instances: 2) with { Constraints = SomeWorkers.Attributes("rack=limit:1") };
        driver.Create(job);
        driver.Hello("a2", cpu: 1, attributes: "rack=a");
        Assert.Equal("a1", driver.WorkersOf(job));
        driver.Hello("a1", cpu: 1, attributes: "rack=b");
        Assert.Equal(["a1", "a2"], driver.WorkersOf(job).Split(' ').Order());
    }

    /// <summary>What wakes groups is counted too, and a turn that always has more of it than its measure must not place nothing for ever.</summary>
    [Fact]
    public void HoweverMuchChangesInATurn_AGroupIsLookedAt()
    {
        var driver = new MachineDriver(new PlacementOptions { MaxLooksPerTurn = 1 });
        driver.OneTurn(MachineDriver.HelloInput("w"), MachineDriver.HelloInput("x"), MachineDriver.CreateInput(Some.Job()));
        Assert.NotEqual("", driver.WorkersOf(Some.Job()));
    }

    /// <summary>Under many others of a higher priority a group may lie for long, and be woken at every turn.</summary>
    [Fact]
    public void AGroupThatIsWokenAgainAndAgain_SeesAllWorkersInstead()
    {
        var driver = new MachineDriver();
        driver.Hello("w", cpu: 1);
        driver.Create(Some.Job("big", cpu: 2));
        var group = Assert.Single(driver.State.PendingGroups);
        group.MustSee([0]);
        Assert.Equal([0], group.TakeSlots());
        for (var i = 0; i < 65; i++)
            group.MustSee([0]);
        Assert.True(group.MustSeeAll);
        Assert.Null(group.TakeSlots());
        group.MustSee([0]);
        Assert.Equal([0], group.TakeSlots());
    }

    /// <summary>After a failover the task that has waited longest is in front, not the one that was made first: that one may have been held back.</summary>
    [Fact]
    public void WhenStateIsReadAgain_TheTaskThatHasWaitedLongestIsInFront()
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var job = Some.Job(instances: 2);
        var stored = new StoredState
        {
            Tasks = [Pending(0, start, start.AddMinutes(5)), Pending(1, start.AddMinutes(1), start.AddMinutes(1))],
            Configurations = [new ConfigurationRecord("c", job)], Jobs = [], Workers = [], Updates = [], Replies = [],
        };
        var state = BrokerState.Load(stored, start.AddMinutes(6));
        var group = Assert.Single(state.PendingGroups);
        Assert.Equal(start.AddMinutes(1), state.WaitingSince(group));
        Assert.Equal(1, state.NextPending(group)?.Instance);

        TaskRecord Pending(int instance, DateTimeOffset created, DateTimeOffset since) => new()
        {
            Id = TaskId.Create(job.Key, instance, Guid.NewGuid()), Job = job.Key, Instance = instance, State = TaskState.Pending, ConfigurationId = "c",
            CreatedAt = created, ChangedAt = since, Events = [],
        };
    }

    [Fact]
    public void ATurnPlacesOnlySoMuch_AndTheNextGoesOnWithoutAnInput()
    {
        var driver = new MachineDriver(new PlacementOptions { MaxPerTurn = 3 });
        driver.Hello("w");
        driver.OneTurn(MachineDriver.CreateInput(Some.Job("a", instances: 4, cpu: 0.5)), MachineDriver.CreateInput(Some.Job("b", instances: 4, cpu: 0.5)));
        Assert.Equal(3, Placed());
        Assert.True(driver.Machine.HasMore);
        Assert.Equal(driver.Now, driver.Machine.NextDue);
        driver.OneTurn();
        Assert.Equal(6, Placed());
        driver.OneTurn();
        Assert.Equal(8, Placed());
        Assert.False(driver.Machine.HasMore);

        int Placed() => driver.State.Tasks.Values.Count(t => t.State == TaskState.Assigned);
    }

    [Fact]
    public void ATurnLooksAtOnlySoManyWorkers()
    {
        var driver = new MachineDriver(new PlacementOptions { MaxLooksPerTurn = 2 });
        driver.Hello("w", cpu: 1);
        driver.Hello("x", cpu: 1);
        driver.OneTurn(MachineDriver.CreateInput(Some.Job("large", cpu: 2)), MachineDriver.CreateInput(Some.Job("small")));
        Assert.Equal("", driver.WorkersOf(Some.Job("small")));
        driver.OneTurn();
        Assert.NotEqual("", driver.WorkersOf(Some.Job("small")));
    }

    /// <summary>What can be placed nowhere costs nothing: no look at any worker, whatever else comes and goes.</summary>
    [Fact]
    public void AGroupThatFitsNowhere_IsNotLookedAtAgain_UntilSomethingCouldHelpIt()
    {
        var looks = new List<(string Job, int Looks)>();
        GroupPlacement Spy(GroupDemand group, WorkerIndex workers)
        {
            var placement = Placement.Decide(group, workers);
            looks.Add((group.Job.Name, placement.Looks));
            return placement;
        }

        var driver = new MachineDriver(rules: new SchedulingRules { Place = Spy });
        for (var i = 0; i < 4; i++)
            driver.Hello($"w{i}", cpu: 4);
        driver.Create(Some.Job("filler", instances: 4, cpu: 2.5));
        driver.Create(Some.Job("too-large", instances: 2, cpu: 5));
        driver.Create(Some.Job("nowhere") with { Constraints = SomeWorkers.Attributes("rack=none") });
        driver.Create(Some.Job("wants-room", cpu: 2));
        looks.Clear();

        driver.Create(Some.Job("small"));
        driver.Report(driver.Tasks(Some.Job("small"))[0], TaskState.Finished);
        driver.Create(Some.Job("small2"));
        Assert.DoesNotContain(looks, l => l.Job is "too-large" or "nowhere" or "wants-room");

        driver.Report(driver.Tasks(Some.Job("filler"))[0], TaskState.Finished); // Now a worker has 4 cores free or 3.
        Assert.Equal(("wants-room", 1), Assert.Single(looks, l => l.Job is "too-large" or "nowhere" or "wants-room"));
        looks.Clear();
        driver.Hello("w9", cpu: 6);
        Assert.Equal([("nowhere", 1), ("too-large", 1)], looks.Where(l => l.Job is "too-large" or "nowhere").Order());
        Assert.Equal("w9", driver.WorkersOf(Some.Job("too-large")));
        Assert.StartsWith("needs 5 cores; all 5 workers have ", driver.WhyPending(Some.Job("too-large")), StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherTaskOfAGroupThatFitsNowhere_AsksForNoLook()
    {
        var driver = new MachineDriver();
        driver.Hello("w", cpu: 1);
        driver.Create(Some.Job("big", cpu: 2, instances: 2));
        var group = Assert.Single(driver.State.PendingGroups);
        Assert.Equal((2, false), (group.Count, group.IsQueued));
        Assert.False(driver.Machine.HasMore);
    }

    [Fact]
    public void WhileAWorkerIsKeptForAGroup_OthersPassItOver_AndWhenItIsPlacedThereNothingIsKept()
    {
        var driver = new MachineDriver();
        driver.Hello("w", cpu: 2);
        driver.Create(Some.Job("victim", cpu: 2));
        driver.Create(Some.Job("waiting", cpu: 2));
        Keep(driver, "waiting", "w");
        driver.Create(Some.Job("rival", cpu: 1) with { Priority = 100 });
        driver.Report(driver.Tasks(Some.Job("victim"))[0], TaskState.Finished);
        Assert.Equal("w", driver.WorkersOf(Some.Job("waiting")));
        Assert.Empty(driver.State.Reservations);
        Assert.Equal("", driver.WorkersOf(Some.Job("rival")));
    }

    [Fact]
    public void WhenAGroupHasNothingPending_WhatWasKeptForItIsFreeForOthersAtOnce()
    {
        var driver = new MachineDriver();
        driver.Hello("w", cpu: 2);
        driver.Create(Some.Job("waiting", cpu: 3));
        Keep(driver, "waiting", "w");
        driver.Create(Some.Job("rival"));
        Assert.Equal("the only worker would fit, and is kept for other tasks", driver.WhyPending(Some.Job("rival")));
        driver.Turn(new CommandInput(new FrontDoor.CallRequest(Guid.NewGuid()), new KillTasks(Guid.NewGuid(), "ann", Some.Job("waiting").Key, null, null), "digest", null, null));
        Assert.Empty(driver.State.Reservations);
        Assert.Equal("w", driver.WorkersOf(Some.Job("rival")));
    }

    [Fact]
    public void TwoTasksWithTheSameStaticPort_NeverShareAWorker()
    {
        var driver = new MachineDriver();
        driver.Hello("w", attributes: "dedicated=www-data");
        JobConfiguration Job(string name) => Some.Job(name) with
        {
            Constraints = SomeWorkers.Attributes("dedicated=www-data"), Announce = new AnnounceConfiguration { Portmap = new Dictionary<string, string> { ["web"] = "8080" } },
        };
        driver.Create(Job("first"));
        driver.Create(Job("second"));
        Assert.Equal(("w", ""), (driver.WorkersOf(Job("first")), driver.WorkersOf(Job("second"))));
        Assert.Equal("port 8080 is taken on the only worker", driver.WhyPending(Job("second")));
        driver.Report(driver.Tasks(Job("first"))[0], TaskState.Finished);
        Assert.Equal("w", driver.WorkersOf(Job("second")));
    }

    [Fact]
    public void PortsAndGpus_AreCountedLikeCores()
    {
        var driver = new MachineDriver();
        driver.Hello("w", gpus: 1, ports: 3);
        var ported = Some.Job("ported", instances: 2, command: "{{thermos.ports[a]}} {{thermos.ports[b]}}");
        driver.Create(ported);
        Assert.Equal("w", driver.WorkersOf(ported));
        Assert.Equal("needs 2 ports; the only worker has 1 port or less free", driver.WhyPending(ported));
        var gpu = Some.Job("gpu", instances: 2) with { };
        gpu = gpu with { Task = gpu.Task with { Resources = gpu.Task.Resources with { Gpu = 1 } } };
        driver.Create(gpu);
        Assert.Equal("w", driver.WorkersOf(gpu));
        Assert.Equal("needs 1 GPU; the only worker has no GPU free", driver.WhyPending(gpu));
    }

    [Fact]
    public void AJobMayAskToBePacked_AndTheBrokerMayPackThoseThatSayNothing()
    {
        var driver = new MachineDriver(new PlacementOptions { DefaultStrategy = PlacementStrategy.Pack });
        driver.Hello("a");
        driver.Hello("b");
        driver.Create(Some.Job("packed", instances: 2));
        Assert.Single(driver.WorkersOf(Some.Job("packed")).Split(' ').Distinct());
        var spread = Some.Job("spread", instances: 2) with { Placement = new PlacementConfiguration { Strategy = "spread" } };
        driver.Create(spread);
        Assert.Equal(2, driver.WorkersOf(spread).Split(' ').Distinct().Count());
    }

    [Fact]
    public void WhenAWorkerIsLost_WhatItHadIsPlacedElsewhere()
    {
        var driver = new MachineDriver();
        driver.Hello("w", cpu: 1);
        driver.Create(Some.Job(service: true));
        driver.Hello("x", cpu: 1);
        driver.Report(driver.Tasks(Some.Job())[0], TaskState.Lost);
        Assert.Contains(driver.WorkersOf(Some.Job()), (string[])["w", "x"]);
        Assert.Equal(2, driver.Tasks(Some.Job()).Count);
    }

    private static void Keep(MachineDriver driver, string job, string worker)
    {
        var group = driver.State.PendingGroups.Single(g => g.Job.Name == job);
        driver.State.PutReservation(new ReservationRecord(new WorkerId(worker), group.Job, group.ConfigurationId, driver.Now + TimeSpan.FromMinutes(3)));
        driver.Turn();
    }
}
