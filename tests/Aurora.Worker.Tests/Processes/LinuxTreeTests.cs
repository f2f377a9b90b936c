using System.Runtime.Versioning;
using Aurora.Shim.Native;
using Aurora.TestSupport;
using Xunit;

namespace Aurora.Worker.Tests.Processes;

/// <summary>What a kill and a termination reach on Linux.</summary>
[SupportedOSPlatform("linux")]
public sealed class LinuxTreeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AKill_ReachesADaemonThatForkedTwiceIntoASessionOfItsOwn()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        await harness.StartAsync(harness.Shell(key, "(setsid bash -c '(echo $BASHPID > daemon; exec sleep 1000) & disown') & sleep 1000"));
        var daemon = await harness.PidFileAsync("daemon");
        await harness.Launcher.KillAsync(key, Cancel);
        Assert.False(LauncherHarness.Lives(daemon));
        Assert.Empty(harness.Survivors());
    }

    [Fact]
    public async Task AKillOfAnEndedRun_EndsItsStragglers()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        var exit = await harness.RunAsync(harness.Shell(key, "sleep 1000 & setsid sleep 1000 & (setsid bash -c 'echo $$ > daemon; exec sleep 1000' &) ; until [ -s daemon ]; do :; done; exit 5"));
        Assert.Equal(5, exit.ExitCode);
        Assert.Equal(3, harness.Survivors().Count);
        await harness.Launcher.KillAsync(key, Cancel);
        Assert.Empty(harness.Survivors());
    }

    [Fact]
    public async Task AnEnd_SaysWhetherTheRunCanHaveLeftAnything()
    {
        await using var harness = new LauncherHarness();
        Assert.True((await harness.RunAsync(harness.Shell(harness.Key("nothing"), "true & wait; exit 3"))).LeftNothing);
        var inItsGroup = harness.Key("group");
        Assert.False((await harness.RunAsync(harness.Shell(inItsGroup, "sleep 1000 & exit 0"))).LeftNothing);
        await harness.Launcher.KillAsync(inItsGroup, Cancel);
        var elsewhere = harness.Key("elsewhere");
        Assert.False((await harness.RunAsync(harness.Shell(elsewhere, "set -m; sleep 1000 & exit 0"))).LeftNothing);
        await harness.Launcher.KillAsync(elsewhere, Cancel);
        Assert.True((await harness.RunAsync(harness.Shell(harness.Key("again"), "exit 0"))).LeftNothing);
    }

    [Fact]
    public async Task ACleanUpOfAnEndedRun_EndsWhatIsInItsSession_AndLeavesItsDaemons()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        await harness.RunAsync(harness.Shell(
            key,
            "set -m; sleep 1000 & (setsid bash -c 'echo $$ > daemon; exec sleep 1000' &); until [ -s daemon ]; do :; done; exit 5"));
        var daemon = await harness.PidFileAsync("daemon");
        Assert.Equal(2, harness.Survivors().Count);
        await harness.Launcher.CleanUpAsync(key, Cancel);
        Assert.Equal([daemon], harness.Survivors());

        // The next shim did not see the end: it knows the session's members by their marker.
        var second = harness.Key("second");
        await harness.RunAsync(harness.Shell(second, "sleep 1000 & exit 0"));
        Assert.Equal(0, Libc.Kill(harness.ShimPid(), Libc.Sigkill));
        await harness.Launcher.CleanUpAsync(second, Cancel);
        await harness.Launcher.CleanUpAsync(key, Cancel);
        Assert.Equal([daemon], harness.Survivors());
        await harness.Launcher.KillAsync(key, Cancel);
        Assert.Empty(harness.Survivors());
    }

    [Fact]
    public async Task ACleanUpOfALivingRun_DoesNothing()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        await harness.StartAsync(harness.Shell(key, "sleep 1000 & echo up > ready; wait"));
        await harness.FileAsync("ready");
        await harness.Launcher.CleanUpAsync(key, Cancel);
        Assert.Equal(2, harness.Survivors().Count);
        await harness.Launcher.KillAsync(key, Cancel);
    }

    [Fact]
    public async Task AKill_ReachesADescendantThatHidItsMarker()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        await harness.StartAsync(harness.Shell(key, "setsid env -i /bin/bash -c 'echo $$ > hidden; exec sleep 1000' & sleep 1000"));
        var hidden = await harness.PidFileAsync("hidden");
        await harness.Launcher.TerminateAsync(key, Cancel);
        await LauncherHarness.GoneAsync(hidden);
        await harness.ExitOf(key);
    }

    [Fact]
    public async Task ATermination_ReachesADaemonInASessionOfItsOwn()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        await harness.StartAsync(harness.Shell(
            key, "trap : TERM; (setsid bash -c 'trap \"echo asked > asked; exit\" TERM; echo $$ > daemon; while :; do sleep 0.05; done' &); while :; do sleep 0.05; done"));
        var daemon = await harness.PidFileAsync("daemon");
        await harness.Launcher.TerminateAsync(key, Cancel);
        Assert.Equal("asked", await harness.FileAsync("asked"));
        await LauncherHarness.GoneAsync(daemon);
        await harness.Launcher.KillAsync(key, Cancel);
        Assert.Equal(Libc.Sigkill, (await harness.ExitOf(key)).Signal);
    }

    [Fact]
    public async Task AForkBombOfDaemons_IsKilled()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        await harness.StartAsync(harness.Shell(
            key, "ulimit -u 400; for i in 1 2 3; do (setsid bash -c 'for j in 1 2 3 4 5 6 7 8; do (setsid bash -c \"sleep 1000 & wait\" &) ; done; wait' &); done; echo up > ready; wait; sleep 1000"));
        await harness.FileAsync("ready");
        await Eventually.IsTrueAsync("the bomb to spread", LauncherHarness.Patience, () => harness.Survivors().Count > 20);
        await harness.Launcher.KillAsync(key, Cancel).WaitAsync(LauncherHarness.Patience, Cancel);
        Assert.Empty(harness.Survivors());
    }

    [Fact]
    public async Task OrphansAreReapedByTheShim()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        await harness.RunAsync(harness.Shell(key, "(setsid bash -c 'echo $$ > daemon; until [ -s go ]; do sleep 0.02; done' &); until [ -s daemon ]; do :; done"));
        var daemon = await harness.PidFileAsync("daemon");
        Assert.Equal(harness.ShimPid(), Aurora.Shim.Trees.ProcFs.ReadStat(daemon)?.Parent);
        await File.WriteAllTextAsync(Path.Combine(harness.Work, "go"), "go\n", Cancel);
        await Eventually.IsTrueAsync("the orphan to be reaped", LauncherHarness.Patience, () => !Directory.Exists($"/proc/{daemon}"));
        await harness.Launcher.KillAsync(key, Cancel);
    }
}
