using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.State;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Xunit;

namespace Aurora.Broker.Tests.Scheduling.Placing;

/// <summary>A pending task always says why, in plain words, with counts (design section 2, promise 6).</summary>
public sealed class PendingReasonsTests
{
    [Fact]
    public void TheNearestFitSpeaks_ThenWhatElseKeepsWorkersOut()
    {
        var workers = new SomeWorkers();
        for (var i = 0; i < 37; i++)
            workers.Add($"w{i}", cpu: 8, used: 6 + (i % 3));
        for (var i = 0; i < 3; i++)
            workers.Add($"d{i}", mode: MaintenanceMode.Draining);
        Assert.Equal("needs 4 cores; 37 of 40 workers have 2 cores or less free; 3 are draining", workers.Reason(workers.Group(1, 4)));
    }

    [Fact]
    public void EveryKindOfRefusal_IsNamedWithItsCount()
    {
        var workers = new SomeWorkers()
            .Add("small", cpu: 1, attributes: "zone=a;rack=1").Add("limited", attributes: "zone=a;rack=2", tasks: 2).Add("rackless", attributes: "zone=a").Add("elsewhere", attributes: "zone=b")
            .Add("theirs", attributes: "zone=a;rack=3;dedicated=x").Add("draining", attributes: "zone=a", mode: MaintenanceMode.Draining)
            .Add("down", presence: WorkerPresence.Down).Add("quiet", presence: WorkerPresence.Expected);
        Assert.Equal(
            "needs 2 cores; 1 of 8 workers has 1 core or less free; the largest worker has 1 core in all; the constraint rack=limit:2 keeps 2 of 8 workers out, of which 1 has no rack; "
            + "the constraint zone=a keeps 1 of 8 workers out; 1 is draining; 1 is dedicated to others; 1 is down; 1 has not reported yet",
            workers.Reason(workers.Group(1, 2, "zone=a;rack=limit:2")));
    }

    [Fact]
    public void ADedicatedJobWithoutItsWorkers_IsTold() =>
        Assert.Equal("all 2 workers are not dedicated to r/db", Reason(new SomeWorkers().Add("a").Add("b"), constraints: "dedicated=r/db"));

    [Fact]
    public void WhereTheNearestWorkerLacksSeveralThings_AllAreNamed() =>
        Assert.Equal("needs 9 cores and 65 GB memory; the only worker has 8 cores or less free; the largest worker has 8 cores in all; the only worker has 64 GB memory or less free; "
            + "the largest worker has 64 GB memory in all", Reason(new SomeWorkers().Add("a"), new Demand(new Capacity(9_000_000, 65L << 30, 1, 0))));

    [Fact]
    public void TheWorkerThatLacksLeast_DecidesWhatIsNamed() =>
        Assert.Equal("needs 4 cores; 1 of 2 workers has 3 cores or less free",
            Reason(new SomeWorkers().Add("near", cpu: 4, used: 1).Add("far", cpu: 32, ram: 1), new Demand(new Capacity(4_000_000, 32L << 30, 1, 0))));

    [Fact]
    public void APortThatIsTaken_AndAWorkerThatIsKept_AreNamed()
    {
        var workers = new SomeWorkers().Add("a", staticPorts: 80).Add("b");
        workers.Index.SetReservation(1, new ReservationRecord(new WorkerId("b"), SomeWorkers.Job, "other", default));
        Assert.Equal("1 of 2 workers would fit, and is kept for other tasks; port 80 is taken on 1 of 2 workers", Reason(workers, SomeWorkers.Demand() with { StaticPorts = [80] }));
    }

    [Theory]
    [InlineData(0, "no worker is registered")]
    [InlineData(1, "the only worker is down")]
    [InlineData(2, "all 2 workers are down")]
    public void WithoutAnyWorkerThatIsThere_ThatIsSaid(int count, string reason)
    {
        var workers = new SomeWorkers();
        for (var i = 0; i < count; i++)
            workers.Add($"w{i}", presence: WorkerPresence.Down);
        Assert.Equal(reason, Reason(workers));
    }

    [Fact]
    public void WhereSomeWorkerFits_ThereIsNoReason() => Assert.Null(Reason(new SomeWorkers().Add("a").Add("b", cpu: 0.5)));

    [Fact]
    public void WhereThereIsNoTimeForMore_TheCountsOfTheLastLookAreTold()
    {
        var vetoes = default(VetoCounts);
        vetoes[Veto.Resources] = 37;
        vetoes[Veto.Maintenance] = 1;
        Assert.Equal("no worker fits: 37 are too full, 1 is being emptied", PendingReasons.Describe(vetoes));
        Assert.Equal("no worker fits", PendingReasons.Describe(default(VetoCounts)));
    }

    private static string? Reason(SomeWorkers workers, Demand? demand = null, string constraints = "") =>
        workers.Reason(workers.Group(1, demand ?? SomeWorkers.Demand(1, constraints)));
}
