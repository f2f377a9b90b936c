using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.Scheduling.Preempting;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Xunit;

namespace Aurora.Broker.Tests.Scheduling;

/// <summary>Who may end whom, and who goes (aurora-spec section 5.8; docs/decisions/0010).</summary>
public sealed class PreemptionTests
{
    private static readonly Tier Preferred = new("preferred", false, false);
    private static readonly Tier Preemptible = new("preemptible", true, false);
    private static readonly Tier Revocable = new("revocable", true, true);

    [Theory]
    [InlineData("preferred", "ops", 0, "preemptible", "dev", 99, true)] // Whatever the role and the priority.
    [InlineData("preferred", "ops", 0, "revocable", "dev", 99, true)]
    [InlineData("preferred", "ops", 1, "preferred", "ops", 0, true)] // Alike: within the role, by priority.
    [InlineData("preferred", "ops", 1, "preferred", "ops", 1, false)]
    [InlineData("preferred", "ops", 1, "preferred", "dev", 0, false)]
    [InlineData("preemptible", "ops", 1, "preemptible", "ops", 0, true)]
    [InlineData("preemptible", "ops", 0, "preemptible", "ops", 0, false)]
    [InlineData("preemptible", "ops", 1, "revocable", "ops", 0, true)] // Both are preemptible.
    [InlineData("preemptible", "ops", 1, "revocable", "dev", 0, false)]
    [InlineData("preemptible", "ops", 99, "preferred", "ops", 0, false)] // Never.
    [InlineData("revocable", "ops", 99, "preferred", "ops", 0, false)]
    public void WhoMayEndWhom(string tier, string role, int priority, string victimTier, string victimRole, int victimPriority, bool may)
    {
        var pending = new Claim(Key("new", role), new Demand(Cores(1)), Tier(tier), priority);
        Assert.Equal(may, pending.MayPreempt(new Claim(Key("old", victimRole), new Demand(Cores(1)), Tier(victimTier), victimPriority)));
        var decision = Decide(pending, Worker("w", free: 0, Group("old", 1, 1, Tier(victimTier), victimPriority, victimRole)));
        Assert.Equal(may ? ["old-0"] : [], Ids(decision));
    }

    [Fact]
    public void OneVictimIsRatherEndedThanTwo_AlthoughItHoldsMoreAndHasAHigherPriority() => Assert.Equal(["big-0"], Ids(Decide(Wants(4),
        Worker("a", 0, Group("small", 2, 2, priority: 0)), Worker("b", 0, Group("big", 1, 8, priority: 5)))));

    [Fact]
    public void AmongEqualNumbers_TheLowestPriorityGoes() => Assert.Equal(["low-0"], Ids(Decide(Wants(2),
        Worker("a", 0, Group("high", 1, 2, priority: 7)), Worker("b", 0, Group("higher", 1, 2, priority: 9), Group("low", 1, 4, priority: 3)))));

    [Fact]
    public void AmongEqualPriorities_TheLeastResourcesGo() => Assert.Equal(["fits-0"], Ids(Decide(Wants(2),
        Worker("a", 0, Group("large", 1, 6)), Worker("b", 1, Group("tiny", 1, 0.5), Group("fits", 1, 1), Group("larger", 1, 3)))));

    [Fact]
    public void AllWorkersAreLookedAt_NotOnlyTheFirstThatComesOutEven() => Assert.Equal("z", Decide(Wants(4),
        Worker("a", 0, Group("many", 8, 1)), Worker("z", 3, Group("one", 1, 1))).Worker?.Value);

    [Fact]
    public void RevocableTasksGoBeforeAllOthers_AlsoWhenTheyAreMore() => Assert.Equal(["spare-0", "spare-1"], Ids(Decide(Wants(4),
        Worker("a", 0, Group("spare", 3, 2, Revocable, priority: 50), Group("batch", 1, 4)), Worker("b", 0, Group("batch2", 1, 4)))));

    [Fact]
    public void TheRolesOwnProductionTasksGoLast() => Assert.Equal(["batch-0", "batch-1"], Ids(Decide(Wants(4, priority: 9),
        Worker("a", 0, Group("own", 1, 4, Preferred, role: "ops")), Worker("b", 0, Group("batch", 2, 2, priority: 100)))));

    [Fact]
    public void OfTasksThatAreAlike_TheFirstOfTheirOrderGoes() => Assert.Equal(["batch-0"], Ids(Decide(Wants(2), Worker("a", 0, Group("batch", 5, 2)))));

    [Fact]
    public void WhenFourVictimsAreNeeded_NoneOfThemCanBeSpared()
    {
        var decision = Decide(Wants(9), Worker("a", 0, Group("x", 2, 1), Group("y", 2, 2), Group("z", 1, 4)));
        Assert.Equal(["x-0", "y-0", "y-1", "z-0"], Ids(decision).Order());
        decision = Decide(Wants(9), Worker("a", 0, Group("x", 3, 1), Group("y", 3, 2)));
        Assert.Equal(6, decision.Victims.Count);
        decision = Decide(Wants(7), Worker("a", 0, Group("x", 3, 1), Group("y", 3, 2)));
        Assert.Equal(["x-0", "y-0", "y-1", "y-2"], Ids(decision).Order());
    }

    [Fact]
    public void WhenNoVictimsMakeItFit_NobodyIsEnded()
    {
        Assert.Null(Decide(Wants(4), Worker("a", 0, Group("batch", 3, 1))).Worker);
        Assert.Null(Decide(Wants(4)).Worker);
        Assert.Null(Decide(Wants(1), Worker("a", 0)).Worker);
    }

    [Fact]
    public void WhenItFitsAsItIs_NobodyIsEnded_AndNothingIsKept() =>
        Assert.Null(Decide(Wants(1), Worker("a", 0, Group("batch", 3, 1)), Worker("b", 1)).Worker);

    [Fact]
    public void WhenOthersAreLeavingAnyway_TheirRoomIsKept_AndNobodyIsEndedForIt()
    {
        var decision = Decide(Wants(2), Worker("a", 0, Group("batch", 1, 2)), Worker("b", 0, Group("gone", 0, 1, leaving: 2)));
        Assert.Equal("b", decision.Worker?.Value);
        Assert.Empty(decision.Victims);
    }

    [Fact]
    public void WhatLeavesIsNoVictim_ButItsRoomCounts() => Assert.Equal(["batch-0"],
        Ids(Decide(Wants(3), Worker("b", 0, Group("gone", 0, 1, leaving: 2), Group("batch", 3, 1)))));

    [Fact]
    public void AWorkerThatIsKeptDrainingOrAbsentIsLeftAlone()
    {
        var worker = Worker("a", 0, Group("batch", 1, 4));
        foreach (var standing in new[] { WorkerStanding.Draining, WorkerStanding.Down, WorkerStanding.Expected })
            Assert.Null(Decide(Wants(1), worker with { View = worker.View with { Standing = standing } }).Worker);
        Assert.Null(Decide(Wants(1), worker with { View = worker.View with { IsReserved = true } }).Worker);
        Assert.Equal("a", Decide(Wants(1), worker with { View = worker.View with { Standing = WorkerStanding.Scheduled } }).Worker?.Value);
    }

    [Fact]
    public void AWorkerWhoseMaintenanceIsAnnouncedComesLast_AlthoughItIsCheaper()
    {
        var worker = Worker("a", 0, Group("batch", 1, 4));
        Assert.Equal("b", Decide(Wants(2), worker with { View = worker.View with { Standing = WorkerStanding.Scheduled } }, Worker("b", 0, Group("batch", 2, 1))).Worker?.Value);
    }

    [Fact]
    public void ConstraintsAndDedicationHold_BecauseNoVictimChangesThem()
    {
        var ssd = Wants(1) with { Demand = new Demand(Cores(1)) { Values = [Constraint("disk", "ssd")] } };
        Assert.Equal("b", Decide(ssd, Worker("a", 0, Group("x", 1, 1)), With(Worker("b", 0, Group("y", 1, 1)), "disk", "ssd")).Worker?.Value);
        Assert.Null(Decide(Wants(1), With(Worker("a", 0, Group("x", 1, 1)), "dedicated", "ops/db")).Worker);
        Assert.Equal("a", Decide(Wants(1) with { Demand = new Demand(Cores(1)) { Dedicated = "ops/db" } }, With(Worker("a", 0, Group("x", 1, 1)), "dedicated", "ops/db")).Worker?.Value);
    }

    [Fact]
    public void ALimitIsHeld_WithTheVictimsGone()
    {
        var pending = Wants(1, priority: 5) with { Demand = new Demand(Cores(1)) { Limits = [new PlacementConstraint { Attribute = "rack", Limit = 2 }] } };
        var worker = With(Worker("a", 0, Group("new", 2, 1, Preferred, role: "ops"), Group("batch", 1, 1)), "rack", "r1");
        Assert.Equal(["new-0"], Ids(Preemption.Decide(new PreemptionDemand(pending, (_, _) => 2), [worker]))); // Its own job is at the limit there: only one of its own tasks helps.
        Assert.Equal(["batch-0"], Ids(Preemption.Decide(new PreemptionDemand(pending, (_, _) => 1), [worker])));
        Assert.Null(Preemption.Decide(new PreemptionDemand(pending, (_, _) => 4), [worker]).Worker);
        Assert.Null(Preemption.Decide(new PreemptionDemand(pending, (_, _) => 0), [Worker("b", 0, Group("batch", 1, 1))]).Worker); // No rack there.
    }

    [Fact]
    public void WhoeverListensOnTheTasksPortGoes_AndNobodyElseHelps()
    {
        var pending = Wants(1) with { Demand = new Demand(Cores(1)) { StaticPorts = [8080] } };
        OccupantGroup holder = Group("web", 1, 2), other = Group("batch", 1, 1);
        holder = holder with { Claim = holder.Claim with { Demand = holder.Claim.Demand with { StaticPorts = [8080] } } };
        var worker = Worker("a", 5, holder, other);
        worker = worker with { View = worker.View with { StaticPorts = [8080] } };
        Assert.Equal(["web-0"], Ids(Decide(pending, worker)));
        var mine = holder with { Claim = holder.Claim with { Tier = Preferred } };
        Assert.Null(Decide(pending, worker with { Occupants = [other, mine] }).Worker);
    }

    [Fact]
    public void AWorkerWithHundredsOfDifferentTasksIsStillDecided()
    {
        var occupants = Enumerable.Range(0, 300).Select(i => Group($"j{i}", 1, 1 + (i % 7) * 0.1, priority: i % 5)).ToArray();
        Array.Sort(occupants, OccupiedWorker.Order);
        var decision = Decide(Wants(3), Worker("a", 0, occupants));
        Assert.InRange(decision.Victims.Count, 2, 3);
        Assert.InRange(decision.Looks, 300, 10_000);
    }

    private static PreemptionDecision Decide(Claim pending, params OccupiedWorker[] workers) => Preemption.Decide(new PreemptionDemand(pending, (_, _) => 0), workers);

    private static IEnumerable<string> Ids(PreemptionDecision decision) => decision.Victims.Select(v => v.Value);

    private static Claim Wants(double cores, int priority = 0) => new(Key("new", "ops"), new Demand(Cores(cores)), Preferred, priority);

    private static OccupantGroup Group(string job, int tasks, double cores, Tier? tier = null, int priority = 0, string role = "dev", int leaving = 0) => new(
        new Claim(Key(job, role), new Demand(Cores(cores)), tier ?? Preemptible, priority), [.. Enumerable.Range(0, tasks).Select(i => new TaskId($"{job}-{i}"))], leaving);

    private static OccupiedWorker Worker(string id, double free, params OccupantGroup[] occupants) =>
        new(new WorkerId(id), new WorkerView(WorkerStanding.Ready, Cores(free), new WorkerAttributes("", [])), [.. occupants.Order(Comparer<OccupantGroup>.Create(OccupiedWorker.Order))]);

    private static OccupiedWorker With(OccupiedWorker worker, string attribute, string value) =>
        worker with { View = worker.View with { Attributes = new WorkerAttributes("", [new(attribute, value)]) } };

    private static PlacementConstraint Constraint(string attribute, string value) => new() { Attribute = attribute, Values = [value] };

    private static Capacity Cores(double cores) => new((long)(cores * 1_000_000), 0, 0, 0);

    private static JobKey Key(string name, string role) => new("c", role, "prod", name);

    private static Tier Tier(string name) => name switch { "preferred" => Preferred, "revocable" => Revocable, _ => Preemptible };
}
