using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.State;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Xunit;

namespace Aurora.Broker.Tests.Scheduling.Placing;

/// <summary>Where the tasks of a group go (aurora-spec section 5.7, and the preferences that are ours).</summary>
public sealed class PlacementTests
{
    [Fact]
    public void AWorkerWithFewerTasksOfTheJobComesFirst() =>
        Assert.Equal(["idle"], new SomeWorkers().Add("busy", tasks: 2).Add("idle", tasks: 1).Place(1));

    [Fact]
    public void WhenThereAreMoreTasksThanWorkers_TheyAreSpreadEvenly()
    {
        var placed = new SomeWorkers().Add("a").Add("b", tasks: 1).Add("c", cpu: 1).Place(8);
        Assert.Equal((4, 3, 1), (placed.Count(p => p == "a"), placed.Count(p => p == "b"), placed.Count(p => p == "c")));
    }

    [Fact]
    public void TheNextGroupBeginsWhereTheOneBeforeItEnded()
    {
        var workers = new SomeWorkers().Add("a").Add("b").Add("c");
        var first = Placement.Decide(workers.Group(2), workers.Index);
        Assert.Equal(2, first.Next);
        Assert.Equal([2, 0], Placement.Decide(workers.Group(2) with { Start = first.Next }, workers.Index).Slots);
    }

    /// <summary>Aurora looks at limits for a whole round before it places any of it, and exceeds them (aurora-spec section 5.3, batch hazard).</summary>
    [Fact]
    public void WhenSeveralTasksArePlacedInOneRound_ALimitHoldsAfterEachOfThem()
    {
        var workers = new SomeWorkers().Add("a1", attributes: "rack=a").Add("a2", attributes: "rack=a").Add("b1", attributes: "rack=b").Add("b2", attributes: "rack=b");
        var placed = workers.Place(4, "rack=limit:1");
        Assert.Equal(["rack=a", "rack=b"], placed.Select(p => $"rack={p[0]}").Order());
    }

    [Fact]
    public void TasksThatTheJobHasAlready_CountForItsLimits() =>
        Assert.Equal(["b1"], new SomeWorkers().Add("a1", attributes: "rack=a").Add("a2", attributes: "rack=a", tasks: 1).Add("b1", attributes: "rack=b")
            .Place(5, "rack=limit:1"));

    [Fact]
    public void AWorkerWithTwoValues_UsesUpTheLimitOfBoth() =>
        Assert.Equal(["ab"], new SomeWorkers().Add("ab", attributes: "rack=a,b").Add("a", attributes: "rack=a").Add("b", attributes: "rack=b")
            .Place(3, "rack=limit:1"));

    [Fact]
    public void AWorkerInAnnouncedMaintenance_TakesOnlyWhatNothingElseTakes()
    {
        var workers = new SomeWorkers().Add("going", mode: MaintenanceMode.Scheduled).Add("staying", cpu: 2);
        Assert.Equal(["staying", "staying", "going"], workers.Place(3));
    }

    [Fact]
    public void WorkersInAnnouncedMaintenance_AreTakenInTurnToo()
    {
        var workers = new SomeWorkers();
        foreach (var id in (string[])["a", "b", "c", "d", "e"])
            workers.Add(id, mode: MaintenanceMode.Scheduled);
        Assert.Equal(["a", "b", "c", "d", "e"], workers.Place(5));
    }

    [Fact]
    public void AWorkerThatDrains_OrIsNotThere_TakesNothing() =>
        Assert.Empty(new SomeWorkers().Add("a", mode: MaintenanceMode.Draining).Add("b", mode: MaintenanceMode.Drained).Add("c", presence: WorkerPresence.Down)
            .Add("d", presence: WorkerPresence.Expected).Place(3));

    [Fact]
    public void AWorkerThatIsKeptForAnotherGroup_IsPassedOver_AndOneThatIsKeptForThisOneComesFirst()
    {
        var workers = new SomeWorkers().Add("a").Add("theirs").Add("ours", tasks: 3);
        workers.Index.SetReservation(1, new ReservationRecord(new WorkerId("theirs"), SomeWorkers.Job, "other configuration", default));
        workers.Index.SetReservation(2, new ReservationRecord(new WorkerId("ours"), SomeWorkers.Job, "c", default));
        Assert.Equal(["ours", "a"], workers.Place(workers.Group(2) with { Kept = [2] }));
    }

    [Fact]
    public void Packing_FillsTheWorkerWithTheLeastRoomFirst_AndThenTheNext()
    {
        var workers = new SomeWorkers().Add("roomy").Add("full", used: 7.5).Add("tight", used: 6).Add("looser", used: 4);
        Assert.Equal(["tight", "tight", "looser"], workers.Place(workers.Group(3, strategy: PlacementStrategy.Pack)));
    }

    [Fact]
    public void SpreadingByAnAttribute_BalancesItsValues_AndTheWorkersWithin()
    {
        var workers = new SomeWorkers().Add("a1", attributes: "rack=a").Add("a2", attributes: "rack=a").Add("a3", attributes: "rack=a").Add("b1", attributes: "rack=b");
        var placed = workers.Place(workers.Group(4, by: "rack"));
        Assert.Equal(2, placed.Count(p => p == "b1"));
        Assert.Equal(2, placed.Where(p => p[0] == 'a').Distinct().Count());
    }

    [Fact]
    public void SpreadingByAnAttribute_CountsWhatTheJobHasOnWorkersThatAreFull()
    {
        var workers = new SomeWorkers().Add("full", cpu: 1, used: 1, attributes: "rack=a", tasks: 2).Add("a1", attributes: "rack=a").Add("b1", attributes: "rack=b");
        Assert.Equal(["b1", "b1"], workers.Place(workers.Group(2, by: "rack")));
    }

    [Fact]
    public void PackingByAnAttribute_KeepsTheJobTogether_WhereItIsOrWhereMostRoomIs()
    {
        var workers = new SomeWorkers().Add("a1", cpu: 2, attributes: "rack=a").Add("b1", cpu: 3, attributes: "rack=b").Add("b2", cpu: 3, attributes: "rack=b").Add("none", cpu: 4);
        Assert.Equal(["b1", "b1", "b1", "b2"], workers.Place(workers.Group(4, strategy: PlacementStrategy.Pack, by: "rack")));
        workers = new SomeWorkers().Add("a1", cpu: 3, attributes: "rack=a", tasks: 1).Add("b1", attributes: "rack=b");
        Assert.Equal(["a1", "a1", "a1", "b1"], workers.Place(workers.Group(4, strategy: PlacementStrategy.Pack, by: "rack")));
    }

    [Fact]
    public void ATaskWithAStaticPort_IsAloneWithItOnItsWorker()
    {
        var workers = new SomeWorkers().Add("a").Add("b").Add("c", staticPorts: 80);
        Assert.Equal(["a", "b"], workers.Place(workers.Group(5, SomeWorkers.Demand() with { StaticPorts = [80] })).Order());
    }

    [Fact]
    public void Gpus_AreCounted() =>
        Assert.Equal(["b", "b"], new SomeWorkers().Add("a").Add("b", gpus: 2).Place(new Demand(new Capacity(1, 1, 1, 1)), 3));

    [Fact]
    public void OnlyTheWorkersThatChanged_AreLookedAt_WhenAGroupIsAskedAgain()
    {
        var workers = new SomeWorkers().Add("a").Add("b").Add("c");
        var placement = Placement.Decide(workers.Group(5) with { Slots = [1] }, workers.Index);
        Assert.Equal((1, 5), (placement.Looks, placement.Slots.Count));
        Assert.All(placement.Slots, s => Assert.Equal(1, s));
    }

    [Fact]
    public void AConstraintThatFewWorkersMeet_LooksAtThoseOnly()
    {
        var workers = new SomeWorkers();
        for (var i = 0; i < 100; i++)
            workers.Add($"w{i}", attributes: $"rack=r{i / 2}");
        var placement = Placement.Decide(workers.Group(3, constraints: "rack=r7,r9") with { Start = 15 }, workers.Index);
        Assert.Equal([15, 18, 19], placement.Slots);
        Assert.True(placement.Looks <= 4);
    }

    [Theory]
    [InlineData("", 100, true)]
    [InlineData("", 1, true)]
    [InlineData("rack=nowhere", 1, false)]
    [InlineData("rack=limit:1", 1, false)]
    public void ItSaysWhetherMoreRoomCouldHelp(string constraints, double cpu, bool helps)
    {
        var workers = new SomeWorkers().Add("a", cpu: 100, used: 99.5, attributes: "rack=r", tasks: 1);
        Assert.Equal(helps, Placement.Decide(workers.Group(1, cpu, constraints), workers.Index).RoomMayHelp);
        Assert.False(Placement.Decide(workers.Group(1, 101), workers.Index).RoomMayHelp);
    }
}

file static class Shortly
{
    public static IReadOnlyList<string> Place(this SomeWorkers workers, int count, string constraints = "") => workers.Place(workers.Group(count, constraints: constraints));

    public static IReadOnlyList<string> Place(this SomeWorkers workers, Demand demand, int count) => workers.Place(workers.Group(count, demand));
}
