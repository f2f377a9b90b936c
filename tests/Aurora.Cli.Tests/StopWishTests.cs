using Xunit;

namespace Aurora.Cli.Tests;

public sealed class StopWishTests
{
    [Fact]
    public void AnEchoOfTheFirstSignalStaysOrderly_AndALaterOneEndsTheProgram()
    {
        var time = new Clock();
        var wish = new StopWish(time);
        time.Now = TimeSpan.FromHours(5);
        Assert.True(wish.IsOrderly());
        time.Now += TimeSpan.FromMilliseconds(300);
        Assert.True(wish.IsOrderly());
        time.Now += TimeSpan.FromMilliseconds(701);
        Assert.False(wish.IsOrderly());
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
