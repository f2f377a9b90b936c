using Aurora.Broker.Scheduling;
using Aurora.Core.Configuration;
using Aurora.Core.Tasks;
using CsCheck;
using Xunit;

namespace Aurora.Broker.Tests.Scheduling;

/// <summary>The timers of aurora-spec section 4, without their holes.</summary>
public sealed class TaskTimeoutTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeoutOptions Options = new();

    [Fact]
    public void EveryStateThatMustPassHasAnEnd()
    {
        // THROTTLED has its own time, PARTITIONED its policy; PENDING and RUNNING may last.
        TaskState[] others = [TaskState.Init, TaskState.Throttled, TaskState.Pending, TaskState.Running, TaskState.Partitioned, TaskState.Deleted];
        foreach (var state in Enum.GetValues<TaskState>().Where(s => !s.IsTerminal()))
            Assert.Equal(!others.Contains(state), Decide(state, 100_000).IsLost);
    }

    [Theory]
    [InlineData(TaskState.Assigned, 300)]
    [InlineData(TaskState.Killing, 300)]
    [InlineData(TaskState.Restarting, 300)]
    [InlineData(TaskState.Draining, 300)]
    [InlineData(TaskState.Preempting, 300)]
    [InlineData(TaskState.Starting, 960)] // 15 min, and the minute of health checks below.
    public void ItsEndComesWhenItsTimeIsOver(TaskState state, int seconds)
    {
        Assert.Equal(new TimeoutDecision(false, Start.AddSeconds(seconds), TimeSpan.FromSeconds(seconds)), Decide(state, seconds - 0.001));
        Assert.True(Decide(state, seconds).IsLost);
    }

    [Fact]
    public void AStartingTaskHasTheTimeThatItsHealthChecksMayTake()
    {
        // 2 forgiven, 0 tolerated, 1 to succeed and one more, each 10 s after the last and 1 s long.
        Assert.Equal(TimeSpan.FromSeconds(44), TaskTimeout.HealthAllowance(new HealthCheckConfiguration()));
        Assert.Equal(TimeSpan.FromDays(1), TaskTimeout.HealthAllowance(new HealthCheckConfiguration { InitialIntervalSecs = 1e9, IntervalSecs = 0 }));
    }

    [Fact]
    public void ANewLeader_CountsWhatIsLeft_ButLetsWorkersSpeakFirst_AndRepeatedKillsWork()
    {
        Assert.Equal(Start.AddSeconds(300), After(TaskState.Assigned, leadingAfter: 100).LookAgainAt); // Not 400, as in Aurora.
        Assert.Equal(Start.AddSeconds(305), After(TaskState.Assigned, leadingAfter: 290).LookAgainAt);
        Assert.Equal(Start.AddSeconds(1015), After(TaskState.Assigned, leadingAfter: 1000).LookAgainAt);
        Assert.Equal(Start.AddSeconds(300), After(TaskState.Killing, leadingAfter: 100).LookAgainAt);
        Assert.Equal(Start.AddSeconds(1180), After(TaskState.Killing, leadingAfter: 1000).LookAgainAt);
        Assert.Equal(Start.AddSeconds(1015), After(TaskState.Starting, leadingAfter: 1000).LookAgainAt);
    }

    [Fact]
    public void KillsAreRepeatedFromFifteenSecondsToFiveMinutes_ByChance()
    {
        Assert.Equal(15, Kill(0, 0.3));
        Assert.Equal([30, 60, 120, 240, 300, 300], Enumerable.Range(1, 6).Select(n => Kill(n, 1)));
        Gen.Select(Gen.Int[0, 1000], Gen.Double[0, 1]).Sample((attempt, chance) =>
        {
            var delay = Kill(attempt, chance);
            Assert.InRange(delay, 15, 300);
            Assert.InRange(delay, Kill(attempt, 1) / 2, Kill(attempt, 1));
        });
        Assert.Equal([5, 10, 20, 40, 60, 60], Enumerable.Range(0, 6).Select(n => RetryDelay.Of(TaskState.Assigned, n, Options, () => 0.5).TotalSeconds));
    }

    private static double Kill(int attempt, double chance) => RetryDelay.Of(TaskState.Killing, attempt, Options, () => chance).TotalSeconds;

    private static TimeoutDecision Decide(TaskState state, double seconds) => TaskTimeout.Decide(
        new TimeoutQuestion(state, Start, Start.AddDays(-1), Start.AddSeconds(seconds), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60)), Options);

    private static TimeoutDecision After(TaskState state, double leadingAfter) => TaskTimeout.Decide(
        new TimeoutQuestion(state, Start, Start.AddSeconds(leadingAfter), Start.AddSeconds(leadingAfter), TimeSpan.FromSeconds(15), TimeSpan.Zero), Options);
}
