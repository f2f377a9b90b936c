using Aurora.Worker.Fencing;
using Xunit;

namespace Aurora.Worker.Tests.Fencing;

public sealed class FenceRuleFacts
{
    [Theory]
    [InlineData(null, 5, false)] // Not reported yet.
    [InlineData(6L, 5, false)]
    [InlineData(5L, 5, true)]
    [InlineData(5L, 9, true)]
    public void ATaskMayBegin_WhenAHeartbeatAfterItsReportWasAnswered(long? gate, long heard, bool may) => Assert.Equal(may, FenceRule.MayBegin(gate, heard));

    [Theory]
    [InlineData(29.9, false)]
    [InlineData(30, true)]
    public void ItMustEnd_WhenTheLastContactIsTooLongAgo(double seconds, bool must) =>
        Assert.Equal(must, FenceRule.MustEnd(TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(100 + seconds), TimeSpan.FromSeconds(30)));

    [Fact]
    public void WithoutAnyKnownContact_ItMustEnd() => Assert.True(FenceRule.MustEnd(null, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)));
}
