using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Worker.Health;
using Xunit;

namespace Aurora.Worker.Tests.Health;

public sealed class HealthCheckPlanFacts
{
    [Fact]
    public void WithTheDefaults_APortNamedHealthIsAsked() =>
        Assert.Equal(
            new HealthCheck.Http("/health", "ok", 0, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1)),
            HealthCheckPlan.Of(Launch(new()), name => name == "health"));

    [Fact]
    public void WithoutAPortNamedHealth_ThereIsNoCheck() => Assert.Null(HealthCheckPlan.Of(Launch(new()), name => name == "http"));

    [Fact]
    public void WithoutAChecker_ThereIsNoCheck() => Assert.Null(HealthCheckPlan.Of(Launch(new() { HealthChecker = new() }), _ => true));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhenBothAreGiven_TheShellWins_WithOrWithoutAPort(bool bound)
    {
        var checker = new HealthCheckerConfiguration { Http = new(), Shell = new() { ShellCommand = "test -e up" } };

        Assert.Equal(
            new HealthCheck.Shell("test -e up", TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2)),
            HealthCheckPlan.Of(Launch(new() { HealthChecker = checker, IntervalSecs = 0.5, TimeoutSecs = 2 }), _ => bound));
    }

    [Fact]
    public void TimesThatNoTimerCanKeep_AreBounded()
    {
        var check = HealthCheckPlan.Of(Launch(new() { IntervalSecs = 0, TimeoutSecs = 1e12 }), _ => true);

        Assert.Equal((HealthCheck.ShortestInterval, HealthCheck.LongestTime), (check?.Interval, check?.Timeout));
    }

    private static LaunchTask Launch(HealthCheckConfiguration config) => new(
        new TaskId("t-1"), new JobKey("c", "r", "e", "n"), 0, new TaskConfiguration { Name = "t", Processes = [], Resources = new() { Cpu = 1, Ram = 1, Disk = 1 } })
    {
        HealthCheckConfig = config,
    };
}
