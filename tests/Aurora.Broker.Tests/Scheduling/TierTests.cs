using Aurora.Broker.Scheduling;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Errors;
using Xunit;

namespace Aurora.Broker.Tests.Scheduling;

public sealed class TierTests
{
    private static readonly TierOptions Shipped = new();

    [Fact]
    public void TheShippedTiersAreAurorasOwn()
    {
        Assert.Empty(Shipped.Validate());
        Assert.Equal([("preferred", false, false), ("preemptible", true, false), ("revocable", true, true)], Shipped.Tiers.Select(t => (t.Name, t.Preemptible, t.Revocable)));
        Assert.Equal("preemptible", Shipped.Default);
    }

    [Fact]
    public void WhenAJobNamesNoTier_ItGetsTheDefault_ByName()
    {
        var job = Shipped.Complete(Some.Job());
        Assert.Equal(("preemptible", false), (job.Tier, job.Production));
        Assert.Same(job, Shipped.Complete(job));
    }

    [Fact]
    public void WhenAJobIsForProduction_ItGetsTheProductionTier_AsInAurora()
    {
        Assert.Null(Shipped.Check(Some.Job() with { Production = true }));
        Assert.Equal(("preferred", true), (Shipped.Complete(Some.Job() with { Production = true }).Tier, Shipped.Complete(Some.Job() with { Production = true }).Production));
        Assert.True(Shipped.Complete(Some.Job() with { Tier = "preferred" }).Production);
    }

    [Fact]
    public void WhenProductionContradictsTheTier_ItIsRefused()
    {
        var fault = Shipped.Check(Some.Job() with { Production = true, Tier = "revocable" });
        Assert.Equal((ErrorCodes.UnknownTier, "production"), (fault!.Code, fault.Field));
        Assert.EndsWith("preemptible, preferred, revocable", fault.Rule, StringComparison.Ordinal);
        Assert.Null(Shipped.Check(Some.Job() with { Production = true, Tier = "preferred" }));
    }

    [Fact]
    public void WhenTheTierIsUnknown_TheFaultNamesThoseThatThereAre()
    {
        var fault = Shipped.Check(Some.Job() with { Tier = "gold" });
        Assert.Equal((ErrorCodes.UnknownTier, "tier", "gold"), (fault!.Code, fault.Field, fault.Value));
        Assert.EndsWith("preemptible, preferred, revocable", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void WhenNoTierIsForProduction_AProductionJobIsRefused_RatherThanMadePreemptible()
    {
        var tiers = new TierOptions { Tiers = [new Tier("batch", true, false)], Default = "batch" };
        Assert.Equal("production", tiers.Check(Some.Job() with { Production = true })!.Field);
        Assert.Null(tiers.Check(Some.Job()));
    }

    [Fact]
    public void WhenATierIsGone_ItsTasksAreTreatedAsTheDefaultTiers() =>
        Assert.Equal("preemptible", Shipped.Of(Some.Job() with { Tier = "gold" }).Name);

    [Fact]
    public void WhatIsWrongWithTheTiersIsReportedTogether()
    {
        var tiers = new TierOptions { Tiers = [new Tier("a b", true, false), new Tier("x", false, true), new Tier("x", true, true)], Default = "y" };
        Assert.Equal(["tiers", "tiers.x.preemptible", "tiers", "default_tier"], tiers.Validate().Select(f => f.Field));
        Assert.Equal(["tiers", "default_tier"], new TierOptions { Tiers = [] }.Validate().Select(f => f.Field));
    }
}
