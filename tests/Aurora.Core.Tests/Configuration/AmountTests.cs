using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using CsCheck;
using Xunit;

namespace Aurora.Core.Tests.Configuration;

public sealed class AmountTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1048576", 1048576)]
    [InlineData("64KB", 65536)]
    [InlineData("512MB", 536870912)]
    [InlineData("1 GB", 1073741824)]
    [InlineData("1.5gb", 1610612736)]
    [InlineData(" 2 TB ", 2199023255552)]
    [InlineData("10B", 10)]
    [InlineData("10 bytes", 10)]
    [InlineData("0.5B", 0)]
    [InlineData("-1MB", -1048576)]
    public void AnAmount_IsReadAsBytes(string text, long bytes) => Assert.Equal(bytes, ResourceAmount.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("MB")]
    [InlineData("1 QB")]
    [InlineData("one MB")]
    [InlineData("1,5MB")]
    [InlineData("1 M B")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999 TB")]
    public void AnythingElse_IsRefused(string text) => Assert.Equal(ErrorCodes.WrongType, Assert.Throws<AuroraException>(() => ResourceAmount.Parse(text)).Code);

    [Fact]
    public void WhatIsShown_IsReadBack() => Gen.Select(Gen.Long[0, 1L << 20], Gen.Int[0, 40]).Sample((n, shift) =>
        ResourceAmount.Parse(ResourceAmount.Format(n << shift)) == n << shift);

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1536 B")]
    [InlineData(1L << 20, "1 MB")]
    [InlineData(3L << 39, "1536 GB")]
    public void AnAmount_IsShownInTheGreatestUnitWithoutRounding(long bytes, string text) => Assert.Equal(text, ResourceAmount.Format(bytes));

    [Theory]
    [InlineData("30", 30)]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("1.5h", 5400)]
    [InlineData("1 D", 86400)]
    public void ATime_IsReadAsSeconds(string text, int seconds)
    {
        Assert.True(DurationText.TryParse(text, out var read));
        Assert.Equal(seconds, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("5 minutes")]
    [InlineData("99999999999999999999999999999999")]
    public void AnythingElse_IsNoTime(string text) => Assert.False(DurationText.TryParse(text, out _));
}
