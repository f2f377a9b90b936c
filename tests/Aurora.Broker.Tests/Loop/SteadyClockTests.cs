using Aurora.Broker.State;
using CsCheck;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

public sealed class SteadyClockTests
{
    [Fact]
    public void WhileTheMachinesClocksAgree_ItIsTheWallClock()
    {
        var clocks = new Clocks();
        var clock = new SteadyClock(clocks);
        clocks.Pass(3600.5);
        Assert.Equal(clocks.GetUtcNow(), clock.Now());
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public void AStepOfTheWallClock_IsNoTimeThatPasses_AndIsMadeUpForLittleByLittle(double step)
    {
        var clocks = new Clocks();
        var clock = new SteadyClock(clocks);
        clocks.Step(step);
        var before = clock.Now();
        clocks.Pass(15);
        Assert.InRange((clock.Now() - before).TotalSeconds, 14.8, 15.2);
        for (var i = 0; i < 400; i++)
        {
            clocks.Pass(1000);
            clock.Now();
        }

        Assert.InRange((clock.Now() - clocks.GetUtcNow()).TotalSeconds, -1, 1);
    }

    [Fact]
    public void ItNeverGoesBack_AndNeverRunsFasterThanTimeByMoreThanASecondAndAHundredth() =>
        Gen.Select(Gen.Int[0, 100], Gen.Int[-1000, 1000], Gen.Int[0, 3]).Array[1, 50].Sample(steps =>
        {
            var clocks = new Clocks();
            var clock = new SteadyClock(clocks);
            var last = clock.Now();
            foreach (var (passes, step, kind) in steps)
            {
                if (kind == 0)
                    clocks.Step(step);
                clocks.Pass(passes);
                var now = clock.Now();
                Assert.InRange((now - last).TotalSeconds, passes * 0.98, (passes * 1.02) + 1);
                last = now;
            }
        });

    private sealed class Clocks : TimeProvider
    {
        private DateTimeOffset _wall = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _wall;

        public override long GetTimestamp() => _ticks;

        public void Pass(double seconds)
        {
            _ticks += TimeSpan.FromSeconds(seconds).Ticks;
            _wall += TimeSpan.FromSeconds(seconds);
        }

        public void Step(double seconds) => _wall += TimeSpan.FromSeconds(seconds);
    }
}
