using Aurora.Worker.Ports;
using Xunit;

namespace Aurora.Worker.Tests.Ports;

public sealed class PortRangeFacts
{
    [Theory]
    [InlineData("31000-32000,40000", "31000-32000,40000", 1002)]
    [InlineData(" 40000 , 31000 - 31001 ", "31000-31001,40000", 3)]
    [InlineData("1-65535", "1-65535", 65535)]
    [InlineData("7-7", "7", 1)]
    public void RangesAreRead(string text, string canonical, int count)
    {
        var (range, fault) = PortRange.Parse(text);

        Assert.Null(fault);
        Assert.Equal((canonical, count), (range?.ToString(), range?.Count));
    }

    [Theory]
    [InlineData("", "must be numbers from 1 to 65535 and ranges of them, as in '31000-32000,40000'; '' is neither")]
    [InlineData("31000,", "must be numbers from 1 to 65535 and ranges of them, as in '31000-32000,40000'; '' is neither")]
    [InlineData("0-10", "must be numbers from 1 to 65535 and ranges of them, as in '31000-32000,40000'; '0-10' is neither")]
    [InlineData("5,65536", "must be numbers from 1 to 65535 and ranges of them, as in '31000-32000,40000'; '65536' is neither")]
    [InlineData("1-2-3", "must be numbers from 1 to 65535 and ranges of them, as in '31000-32000,40000'; '1-2-3' is neither")]
    [InlineData("http", "must be numbers from 1 to 65535 and ranges of them, as in '31000-32000,40000'; 'http' is neither")]
    [InlineData("+5", "must be numbers from 1 to 65535 and ranges of them, as in '31000-32000,40000'; '+5' is neither")]
    [InlineData("9-8", "must have ranges that begin with their smaller number; '9-8' does not")]
    [InlineData("10-20,30,15-17", "must name each number once; '15-17' names some again")]
    [InlineData("10,10", "must name each number once; '10' names some again")]
    public void WhatIsNoRange_IsRefusedWithItsRule(string text, string rule)
    {
        var (range, fault) = PortRange.Parse(text, "port_range");

        Assert.Null(range);
        Assert.Equal(("AUR5001", "port_range", text, rule), (fault?.Code, fault?.Field, fault?.Value, fault?.Rule));
    }

    [Fact]
    public void EveryNumberHasAPlace_InAscendingOrder()
    {
        var range = PortRange.Parse("9,3-5").Range!;

        Assert.Equal([3, 4, 5, 9], Enumerable.Range(0, range.Count).Select(range.At));
        Assert.Throws<ArgumentOutOfRangeException>(() => range.At(4));
    }

    [Fact]
    public void TheDefaultIsWhatMesosOffers() => Assert.Equal("31000-32000", PortRange.Default.ToString());
}
