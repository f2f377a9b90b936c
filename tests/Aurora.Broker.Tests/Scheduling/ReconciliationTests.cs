using Aurora.Broker.Scheduling;
using Xunit;

namespace Aurora.Broker.Tests.Scheduling;

public sealed class ReconciliationTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ReconciliationOptions Options = new();

    [Fact]
    public void WhileBothAgree_NothingIsAsked() => Assert.Equal(0, AsksIn(3600, _ => true));

    [Fact]
    public void ADifferenceThatLasts_IsAskedAboutWithinAMinute_AndAgain()
    {
        Assert.Equal(0, AsksIn(15, _ => false));
        Assert.Equal(1, AsksIn(16, _ => false));
        Assert.InRange(AsksIn(60, _ => false), 2, 4);
    }

    [Fact]
    public void ADifferenceThatPasses_IsNot() => Assert.Equal(0, AsksIn(600, second => second % 14 == 0));

    [Fact]
    public void AWorkerWithoutADigest_IsAskedByTheClock()
    {
        Assert.False(Reconciliation.Decide(new ReconciliationQuestion(null, null, Start, Start.AddSeconds(44)), Options).AsksForHello);
        Assert.True(Reconciliation.Decide(new ReconciliationQuestion(null, null, Start, Start.AddSeconds(45)), Options).AsksForHello);
    }

    private static int AsksIn(int seconds, Func<int, bool> agrees)
    {
        var asks = 0;
        DateTimeOffset? since = null;
        for (var second = 0; second < seconds; second++)
        {
            var decision = Reconciliation.Decide(new ReconciliationQuestion(agrees(second), since, Start, Start.AddSeconds(second)), Options);
            since = decision.DiffersSince;
            asks += decision.AsksForHello ? 1 : 0;
        }

        return asks;
    }
}
