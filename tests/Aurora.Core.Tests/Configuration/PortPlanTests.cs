using Aurora.Core.Configuration;
using Xunit;

namespace Aurora.Core.Tests.Configuration;

/// <summary>The examples of aurora-spec section 2.5 and appendix B rule 15.</summary>
public sealed class PortPlanTests
{
    [Fact]
    public void ATaskThatNamesNoPort_HasNone()
    {
        var plan = Plan("echo {{&thermos.ports[http]}} {{mesos.instance}}");

        Assert.Empty(plan.Requested);
        Assert.Empty(plan.Bind(new Dictionary<string, int>()));
        Assert.False(plan.IsBound("health"));
    }

    [Fact]
    public void APort_IsAskedForByItsNameAlone()
    {
        var plan = Plan("serve {{thermos.ports[http]}} {{thermos.ports[admin]}}; check {{thermos.ports[http]}}");

        Assert.Equal(["admin", "http"], plan.Requested);
        Assert.Equal([("admin", 1), ("http", 2)], Bound(plan, ("http", 2), ("admin", 1)));
        Assert.True(plan.IsBound("admin"));
        Assert.False(plan.IsBound("health"));
    }

    [Fact]
    public void AnAnnouncerAlone_AsksForItsPrimaryPort()
    {
        var plan = Plan("true", Read.With("announce", "{}").Good().Announce);

        Assert.Equal(["http"], plan.Requested);
        Assert.Equal([("aurora", 31000), ("http", 31000)], Bound(plan, ("http", 31000)));
        Assert.True(plan.IsBound("aurora"));
    }

    [Fact]
    public void AnotherPrimaryPort_IsTheDefaultPortmapsTarget() =>
        Assert.Equal(["web"], Plan("true", Read.With("announce", """{"primary_port":"web"}""").Good().Announce).Requested);

    [Fact]
    public void EveryNameAfterAliasing_AndEveryTarget_IsAskedFor()
    {
        var plan = Plan("{{thermos.ports[admin]}} {{thermos.ports[health]}} {{thermos.ports[fixed]}}",
            Announce(("admin", "http"), ("aurora", "http"), ("fixed", "8080"), ("spare", "unref")));

        Assert.Equal(["health", "http", "unref"], plan.Requested);
        Assert.Equal(
            [("admin", 2), ("aurora", 2), ("fixed", 8080), ("health", 1), ("http", 2), ("spare", 3), ("unref", 3)],
            Bound(plan, ("health", 1), ("http", 2), ("unref", 3)));
    }

    [Fact]
    public void ChainsOfAliases_AreFollowedToTheirEnd()
    {
        var plan = Plan("{{thermos.ports[a]}}", Announce(("a", "b"), ("b", "c"), ("x", "y"), ("y", "443")));

        Assert.Equal(["c"], plan.Requested);
        Assert.Equal([("a", 7), ("b", 7), ("c", 7), ("x", 443), ("y", 443)], Bound(plan, ("c", 7)));
        Assert.All(["a", "b", "c", "x", "y"], name => Assert.True(plan.IsBound(name)));
    }

    [Fact]
    public void ACycle_WhichNoValidJobHas_EndsWhereItWouldGoRound() =>
        Assert.Equal(["a", "b", "c"], Plan("true", Announce(("a", "b"), ("b", "a"), ("c", "c"))).Requested.Order());

    [Fact]
    public void AShellHealthCheck_AsksForItsPortsToo()
    {
        var health = new HealthCheckConfiguration
        {
            HealthChecker = new HealthCheckerConfiguration { Shell = new ShellHealthCheckerConfiguration { ShellCommand = "curl localhost:{{thermos.ports[health]}}" } },
        };

        Assert.Equal(["health", "http"], Plan("{{thermos.ports[http]}}", null, health).Requested);
    }

    [Fact]
    public void AnHttpHealthCheck_AsksForNoPort() => Assert.Empty(Plan("true", null, new HealthCheckConfiguration()).Requested);

    [Fact]
    public void AnAliasOfAPortWithoutANumber_IsLeftOut() => Assert.Empty(Bound(Plan("true", Announce(("a", "b")))));

    private static PortPlan Plan(string cmdline, AnnounceConfiguration? announce = null, HealthCheckConfiguration? health = null) =>
        PortPlan.Of(Read.With("task.processes[0].cmdline", System.Text.Json.JsonSerializer.Serialize(cmdline)).Good().Task, announce, health);

    private static AnnounceConfiguration Announce(params (string Name, string Target)[] portmap) =>
        new() { Portmap = portmap.ToDictionary(p => p.Name, p => p.Target) };

    private static IEnumerable<(string Name, int Port)> Bound(PortPlan plan, params (string Name, int Port)[] allocated) =>
        plan.Bind(allocated.ToDictionary(p => p.Name, p => p.Port)).Select(p => (p.Key, p.Value));
}
