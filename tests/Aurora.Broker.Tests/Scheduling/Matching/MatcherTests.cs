using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Configuration;
using Aurora.Core.Messages;
using Xunit;

namespace Aurora.Broker.Tests.Scheduling.Matching;

/// <summary>The filter of aurora-spec sections 5.2 to 5.5, rule by rule.</summary>
public sealed class MatcherTests
{
    private static readonly Capacity Room = new(8_000_000, 8L << 30, 8L << 30, 2, 10);

    [Theory]
    [InlineData("a", true)]
    [InlineData("b,a", true)]
    [InlineData("b", false)]
    [InlineData("!b", true)]
    [InlineData("!a", false)]
    [InlineData("!b,a", false)]
    [InlineData("!c,d", true)]
    public void AValueConstraint_HoldsWhenAnyListedValueIsTheWorkers_UnlessNegated(string expression, bool holds) =>
        Assert.Equal(holds ? Veto.None : Veto.Constraint, Check($"rack={expression}", "rack=a").Veto);

    [Theory]
    [InlineData("x", true)]
    [InlineData("y,other", true)]
    [InlineData("!y", false)]
    [InlineData("z", false)]
    public void AWorkerMayHaveSeveralValuesOfAnAttribute(string expression, bool holds) =>
        Assert.Equal(holds ? Veto.None : Veto.Constraint, Check($"disk={expression}", "disk=x, y").Veto);

    [Theory]
    [InlineData("a", nameof(Veto.Constraint))]
    [InlineData("!a", nameof(Veto.None))]
    [InlineData("limit:1", nameof(Veto.Limit))]
    public void WithoutTheAttribute_APlainConstraintAndALimitFail_AndANegatedOneHolds(string expression, string veto)
    {
        var verdict = Check($"rack={expression}", "zone=a");
        Assert.Equal((veto, veto == nameof(Veto.None) ? null : "rack"), (verdict.Veto.ToString(), verdict.Attribute));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    public void ALimit_AllowsFewerTasksThanItselfBeforeThisOne(int tasks, bool holds) =>
        Assert.Equal(holds ? Veto.None : Veto.Limit, Check("rack=limit:2", "rack=a", (_, value) => value == "a" ? tasks : 0).Veto);

    [Fact]
    public void ALimit_HoldsForEveryValueThatTheWorkerHas() =>
        Assert.Equal(Veto.Limit, Check("rack=limit:2", "rack=a,b", (_, value) => value == "b" ? 2 : 0).Veto);

    [Fact]
    public void TheHostName_IsAnAttributeOfEveryWorker_UnlessItSaysOtherwise()
    {
        var attributes = new WorkerAttributes("h1", []);
        Assert.Equal(["h1"], attributes["host"]);
        Assert.Equal(["named"], new WorkerAttributes("h1", SomeWorkers.Attributes("host=named"))["host"]);
        Assert.Equal(Veto.None, Matcher.Check(SomeWorkers.Demand(1, "host=h1"), new WorkerView(WorkerStanding.Ready, Room, attributes), None).Veto);
        Assert.Equal(Veto.Constraint, Matcher.Check(SomeWorkers.Demand(1, "host=!h1"), new WorkerView(WorkerStanding.Ready, Room, attributes), None).Veto);
    }

    [Theory]
    [InlineData("", "", nameof(Veto.None))]
    [InlineData("", "dedicated=r/db", nameof(Veto.Dedicated))]
    [InlineData("dedicated=r/db", "dedicated=r/db", nameof(Veto.None))]
    [InlineData("dedicated=r/db", "dedicated=r/web", nameof(Veto.Dedicated))]
    [InlineData("dedicated=r/db", "dedicated=r/web,r/db", nameof(Veto.None))]
    [InlineData("dedicated=*/gpu", "dedicated=*/gpu", nameof(Veto.None))]
    [InlineData("dedicated=r", "", nameof(Veto.Dedicated))]
    public void ADedicatedWorker_TakesOnlyTasksThatNameIt_AndTheyGoNowhereElse(string constraints, string attributes, string veto) =>
        Assert.Equal(veto, Check(constraints, attributes).Veto.ToString());

    [Fact]
    public void EachResource_MustFit()
    {
        foreach (var (need, missing) in new (Capacity, Capacity)[]
                 {
                     (Room with { MicroCores = 8_000_001 }, new(1, 0, 0, 0)), (Room with { Ram = (8L << 30) + 2 }, new(0, 2, 0, 0)), (Room with { Disk = (8L << 30) + 3 }, new(0, 0, 3, 0)),
                     (Room with { Gpus = 3 }, new(0, 0, 0, 1)), (Room with { Ports = 12 }, new(0, 0, 0, 0, 2)),
                 })
        {
            var verdict = Matcher.Check(new Demand(need), View(""), None);
            Assert.Equal((Veto.Resources, missing), (verdict.Veto, verdict.Shortfall));
        }

        Assert.True(Matcher.Check(new Demand(Room), View(""), None).Fits);
    }

    [Fact]
    public void APortThatTheWorkerPicks_IsCounted_AndOneByNumberIsTakenOnlyOnce()
    {
        var job = Some.Job(command: "serve {{thermos.ports[http]}} {{thermos.ports[admin]}}", role: "r") with
        {
            Constraints = SomeWorkers.Attributes("dedicated=r"), Announce = new AnnounceConfiguration { Portmap = new Dictionary<string, string> { ["web"] = "8080" } },
        };
        var demand = Demand.Of(job);
        Assert.Equal((2, 8080), (demand.Need.Ports, Assert.Single(demand.StaticPorts)));

        var worker = View("dedicated=r");
        Assert.True(Matcher.Check(demand, worker, None).Fits);
        Assert.True(Matcher.Check(demand, worker with { StaticPorts = [8081] }, None).Fits);
        var verdict = Matcher.Check(demand, worker with { StaticPorts = [8080] }, None);
        Assert.Equal((Veto.Resources, 8080), (verdict.Veto, verdict.StaticPort));
    }

    [Fact]
    public void OnAWorkerThatDidNotSayHowManyPortsItHas_PortsAreNotCounted()
    {
        var demand = new Demand(new Capacity(1, 1, 1, 0, 5000));
        var workers = new SomeWorkers().Add("silent").Add("few", ports: 4999).Add("enough", ports: 5000);
        Assert.Equal([Veto.None, Veto.Resources, Veto.None], Enumerable.Range(0, 3).Select(s => workers.Check(demand, s).Veto));
    }

    [Theory]
    [InlineData(nameof(WorkerStanding.Scheduled), nameof(Veto.None))]
    [InlineData(nameof(WorkerStanding.Draining), nameof(Veto.Maintenance))]
    [InlineData(nameof(WorkerStanding.Expected), nameof(Veto.Absent))]
    [InlineData(nameof(WorkerStanding.Down), nameof(Veto.Absent))]
    public void OnlyAWorkerThatIsThere_AndNotBeingEmptied_TakesTasks(string standing, string veto) =>
        Assert.Equal(veto, Matcher.Check(SomeWorkers.Demand(), View("") with { Standing = Enum.Parse<WorkerStanding>(standing) }, None).Veto.ToString());

    [Theory]
    [InlineData(MaintenanceMode.None, false, nameof(WorkerPresence.Up), nameof(WorkerStanding.Ready))]
    [InlineData(MaintenanceMode.Scheduled, false, nameof(WorkerPresence.Up), nameof(WorkerStanding.Scheduled))]
    [InlineData(MaintenanceMode.Draining, false, nameof(WorkerPresence.Up), nameof(WorkerStanding.Draining))]
    [InlineData(MaintenanceMode.Drained, false, nameof(WorkerPresence.Up), nameof(WorkerStanding.Draining))]
    [InlineData(MaintenanceMode.None, true, nameof(WorkerPresence.Up), nameof(WorkerStanding.Draining))]
    [InlineData(MaintenanceMode.None, false, nameof(WorkerPresence.Down), nameof(WorkerStanding.Down))]
    [InlineData(MaintenanceMode.Draining, false, nameof(WorkerPresence.Expected), nameof(WorkerStanding.Expected))]
    public void AWorkersStanding_ComesFromItsLifeAndItsMaintenance(MaintenanceMode mode, bool isDraining, string presence, string standing)
    {
        var worker = new SomeWorkers().Add("w", mode: mode, presence: Enum.Parse<WorkerPresence>(presence))["w"];
        worker.IsDraining = isDraining;
        Assert.Equal(standing, worker.Standing.ToString());
    }

    /// <summary>Aurora-spec section 5.5: the filter stops at the first failing class, values before limits.</summary>
    [Fact]
    public void TheFirstFailingClassSpeaks_InTheOrderOfTheSpecification()
    {
        var demand = SomeWorkers.Demand(100, "rack=limit:1;zone=z");
        var worker = new WorkerView(WorkerStanding.Draining, Room, new WorkerAttributes("h", SomeWorkers.Attributes("dedicated=x;rack=a"))) { IsReserved = true };
        Func<string, string, int> full = (_, _) => 1;
        Assert.Equal(Veto.Dedicated, Matcher.Check(demand, worker, full).Veto);
        worker = worker with { Attributes = new WorkerAttributes("h", SomeWorkers.Attributes("rack=a")) };
        Assert.Equal(Veto.Maintenance, Matcher.Check(demand, worker, full).Veto);
        worker = worker with { Standing = WorkerStanding.Ready };
        Assert.Equal((Veto.Constraint, "zone"), (Matcher.Check(demand, worker, full).Veto, Matcher.Check(demand, worker, full).Attribute));
        worker = worker with { Attributes = new WorkerAttributes("h", SomeWorkers.Attributes("rack=a;zone=z")) };
        Assert.Equal((Veto.Limit, "rack"), (Matcher.Check(demand, worker, full).Veto, Matcher.Check(demand, worker, full).Attribute));
        Assert.Equal(Veto.Resources, Matcher.Check(demand, worker, None).Veto);
        Assert.Equal(Veto.Reserved, Matcher.Check(demand with { Need = default }, worker, None).Veto);
        Assert.True(Matcher.Check(demand with { Need = default }, worker with { IsReserved = false }, None).Fits);
    }

    /// <summary>What preemption asks: would it fit without some tasks, and the counts that they hold?</summary>
    [Fact]
    public void ItIsAskedAboutAWorkerAsItWouldBe()
    {
        var demand = SomeWorkers.Demand(4, "host=limit:1");
        var worker = new WorkerView(WorkerStanding.Ready, new Capacity(1_000_000, 1L << 30, 1L << 30, 0), new WorkerAttributes("h", []));
        var victim = new Capacity(3_000_000, 1, 1, 0);
        Assert.Equal(Veto.Limit, Matcher.Check(demand, worker, (_, _) => 1).Veto);
        Assert.Equal(Veto.Resources, Matcher.Check(demand, worker, None).Veto);
        Assert.True(Matcher.Check(demand, worker with { Free = worker.Free + victim }, (_, _) => 1 - 1).Fits);
    }

    private static int None(string attribute, string value) => 0;

    private static WorkerView View(string attributes) => new(WorkerStanding.Ready, Room, new WorkerAttributes("h", SomeWorkers.Attributes(attributes)));

    private static Verdict Check(string constraints, string attributes, Func<string, string, int>? tasksAt = null) =>
        Matcher.Check(SomeWorkers.Demand(1, constraints), View(attributes), tasksAt ?? None);
}
