using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.State;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Jobs;
using Xunit;

namespace Aurora.Broker.Tests.Scheduling.Placing;

/// <summary>What the index of workers takes for an improvement, and what it keeps.</summary>
public sealed class WorkerIndexTests
{
    /// <summary>What got worse helps no group: it must wake none, but what was said about it is out of date.</summary>
    [Fact]
    public void OnlyABetterStanding_IsAnImprovement()
    {
        var index = Settled();
        AssertStanding(WorkerStanding.Scheduled, improves: false);
        AssertStanding(WorkerStanding.Draining, improves: false);
        AssertStanding(WorkerStanding.Scheduled, improves: true);
        AssertStanding(WorkerStanding.Down, improves: false);
        AssertStanding(WorkerStanding.Ready, improves: true);

        void AssertStanding(WorkerStanding standing, bool improves)
        {
            var version = index.Version;
            index.SetStanding(0, standing);
            Assert.Equal(improves, index.HasImproved);
            Assert.True(index.Version > version);
            index.TakeChanged();
        }
    }

    [Fact]
    public void OnlyAReservationThatIsLifted_IsAnImprovement()
    {
        var index = Settled();
        var version = index.Version;
        index.SetReservation(0, new ReservationRecord(new WorkerId("w"), SomeWorkers.Job, "c", default));
        Assert.False(index.HasImproved);
        Assert.True(index.Version > version);
        index.SetReservation(0, null);
        Assert.Equal([0], index.TakeChanged());
    }

    /// <summary>Whoever names ever new attributes must not fill the memory; a decision that is under way keeps the columns that it began with.</summary>
    [Fact]
    public void WhenTooManyAttributesWereNamed_TheirColumnsAreMadeAnew_AndARunningDecisionGoesOn()
    {
        var workers = new SomeWorkers().Add("a", attributes: "rack=a").Add("b", attributes: "rack=b");
        var before = workers.Index.Column("rack");
        var filter = new DemandFilter(workers.Group(1, constraints: "rack=b"), workers.Index);
        for (var i = 0; i < 300; i++)
            workers.Index.Column($"attribute{i}");
        Assert.NotSame(before, workers.Index.Column("rack"));
        Assert.Equal((Veto.Constraint, Veto.None), (filter.Check(0), filter.Check(1)));
        workers.Add("c", attributes: "rack=b");
        Assert.Equal(["b", "c"], workers.Place(workers.Group(2, constraints: "rack=b")));
    }

    private static Aurora.Broker.Scheduling.Workers.WorkerIndex Settled()
    {
        var index = new SomeWorkers().Add("w").Index;
        index.TakeChanged();
        index.TakeFreed();
        return index;
    }
}
