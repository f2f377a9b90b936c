using Aurora.Broker.Quotas;
using CsCheck;
using Xunit;

namespace Aurora.Broker.Tests.Quotas;

public sealed class QuotaCheckTests
{
    private static readonly Gen<Consumption> GenAmount = Gen.Select(Gen.Long[0, 1L << 62], Gen.Long[0, 1L << 62], Gen.Long[0, 1L << 62], (c, r, d) => new Consumption(c, r, d));

    [Fact]
    public void WhatIsTooMuchIsNamed_WithTwoDecimalsAndItsUnit()
    {
        var decision = QuotaCheck.Decide(new Consumption(1_000_000, 64 << 20, 64 << 20), default, new Consumption(2_500_000, 65 << 20, 64 << 20));
        Assert.False(decision.IsWithin);
        Assert.Equal("CPU quota exceeded by 1.50 core(s); RAM quota exceeded by 1.00 MB", decision.Words());
        Assert.Equal("disk quota exceeded by 0.01 MB", QuotaCheck.Decide(default, default, new Consumption(0, 0, 1)).Words());
    }

    [Fact]
    public void WhenTheQuotaIsJustReached_NothingIsTooMuch() =>
        Assert.True(QuotaCheck.Decide(new Consumption(3, 4, 5), default, new Consumption(3, 4, 5)).IsWithin);

    [Fact]
    public void WhenARoleIsAboveItsQuota_WhatUsesNoMoreIsLetThrough()
    {
        var (quota, above) = (new Consumption(1, 1, 1), new Consumption(5, 1, 1));
        Assert.True(QuotaCheck.Decide(quota, above, above).IsWithin);
        Assert.True(QuotaCheck.Decide(quota, above, above with { MicroCores = 4 }).IsWithin);
        Assert.Equal(new Consumption(0, 1, 0), QuotaCheck.Decide(quota, above, above with { MicroCores = 4, Ram = 2 }).Overage);
    }

    [Fact]
    public void ItLetsThroughExactlyWhatIsWithinTheQuotaOrGrowsNothing() => Gen.Select(GenAmount, GenAmount, GenAmount).Sample((quota, now, then) =>
    {
        bool Fine(long q, long n, long t) => t <= q || t <= n;
        Assert.Equal(
            Fine(quota.MicroCores, now.MicroCores, then.MicroCores) && Fine(quota.Ram, now.Ram, then.Ram) && Fine(quota.Disk, now.Disk, then.Disk),
            QuotaCheck.Decide(quota, now, then).IsWithin);
    });
}
