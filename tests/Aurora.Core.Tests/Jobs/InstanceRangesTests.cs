using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using CsCheck;
using Xunit;

namespace Aurora.Core.Tests.Jobs;

public sealed class InstanceRangesTests
{
    [Theory]
    [InlineData("0", new[] { 0 })]
    [InlineData("0,2-4", new[] { 0, 2, 3, 4 })]
    [InlineData(" 5 , 1 - 2 ,2", new[] { 1, 2, 5 })]
    [InlineData("3-3", new[] { 3 })]
    [InlineData("3999", new[] { 3999 })]
    public void NumbersAndRanges_AreRead(string text, int[] expected) => Assert.Equal(expected, InstanceRanges.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    public void Nothing_MeansAll(string? text) => Assert.Null(InstanceRanges.Parse(text));

    [Theory]
    [InlineData("4-2", "the range '4-2' is reversed; write 2-4")]
    [InlineData("x", "'x' is neither a number from 0 on nor a range; instances are numbers and ranges separated by commas, for example 0,2-4")]
    [InlineData("-1", "'-1' is neither a number from 0 on nor a range; instances are numbers and ranges separated by commas, for example 0,2-4")]
    [InlineData("1,,2", "'' is neither a number from 0 on nor a range; instances are numbers and ranges separated by commas, for example 0,2-4")]
    [InlineData("1-2-3", "'1-2-3' is neither a number from 0 on nor a range; instances are numbers and ranges separated by commas, for example 0,2-4")]
    [InlineData("99999999999", "'99999999999' is neither a number from 0 on nor a range; instances are numbers and ranges separated by commas, for example 0,2-4")]
    [InlineData("0-2000000000", "'0-2000000000' is beyond the last possible instance, 3999")]
    public void AnythingElse_IsRefused(string text, string rule)
    {
        var fault = Assert.Single(Assert.Throws<AuroraException>(() => InstanceRanges.Parse(text)).Faults);

        Assert.Equal(new Fault(ErrorCodes.MalformedInstances, "instances", text, rule), fault);
    }

    [Fact]
    public void WhatIsWritten_IsReadBack() => Gen.Int[0, 60].List[1, 40].Sample(numbers =>
        Assert.Equal(numbers.Distinct().Order(), InstanceRanges.Parse(InstanceRanges.Format(numbers))));

    [Fact]
    public void Runs_AreWrittenAsRanges() => Assert.Equal("0,2-4,6-7", InstanceRanges.Format([7, 6, 2, 3, 4, 0, 0]));

    [Fact]
    public void All_IsWrittenAsNothing() => Assert.Equal("", InstanceRanges.Format(null));
}
