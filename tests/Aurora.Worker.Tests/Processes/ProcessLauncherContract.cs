using Aurora.TestSupport;
using Aurora.Worker.Processes;
using Xunit;

namespace Aurora.Worker.Tests.Processes;

/// <summary>
/// What every launcher keeps, whatever the system. A system's test class says how to make a launcher, and how the few programs
/// used here are written there.
/// </summary>
public abstract class ProcessLauncherContract
{
    private protected abstract ILauncherHarness CreateHarness();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnExitCodeIsReportedOnce()
    {
        await using var harness = CreateHarness();
        var exit = await harness.RunAsync(harness.ExitingWith(harness.Key(), 42));
        Assert.Equal(42, exit.ExitCode);
        Assert.Null(exit.Signal);
        Assert.Single(harness.Told);
    }

    [Fact]
    public async Task ALaunchIsIdempotentByKey()
    {
        await using var harness = CreateHarness();
        var request = harness.Waiting(harness.Key());
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => harness.Launcher.LaunchAsync(request, Cancel)));
        Assert.All(outcomes, o => Assert.Equal(outcomes[0].Identity, o.Identity));
        Assert.NotNull(outcomes[0].Identity);

        // Its environment can be read a moment after it was started.
        await Eventually.IsTrueAsync("the process to be seen", TimeSpan.FromSeconds(30), () => harness.Survivors().Count > 0);
        Assert.Single(harness.Survivors());

        await harness.Launcher.KillAsync(request.Key, Cancel);
        await harness.ExitOf(request.Key);
        Assert.Equal(outcomes[0].Identity, (await harness.Launcher.LaunchAsync(request, Cancel)).Identity);
        Assert.Empty(harness.Survivors());
        Assert.Single(harness.Told);
    }

    [Fact]
    public async Task ARunThatIsUnknown_CanBeTerminatedKilledAndForgotten()
    {
        await using var harness = CreateHarness();
        await harness.Launcher.TerminateAsync(harness.Key("unknown"), Cancel);
        await harness.Launcher.KillAsync(harness.Key("unknown"), Cancel);
        harness.Launcher.Forget(harness.Key("unknown"));
        Assert.Empty(await harness.CrashAndRecoverAsync());
    }

    [Fact]
    public async Task AKill_EndsTheWholeTree()
    {
        await using var harness = CreateHarness();
        var key = harness.Key();
        await harness.StartAsync(harness.WaitingWithDescendants(key));
        await harness.FileAsync("ready");
        Assert.True(harness.Survivors().Count >= 3);
        await harness.Launcher.KillAsync(key, Cancel);
        Assert.Empty(harness.Survivors());
        Assert.NotEqual(0, (await harness.ExitOf(key)).ExitCode);
    }

    [Fact]
    public async Task ATermination_LetsTheProcessEndItself()
    {
        await using var harness = CreateHarness();
        var key = harness.Key();
        await harness.StartAsync(harness.EndingItselfWhenTerminated(key, 7));
        await harness.FileAsync("ready");
        await harness.Launcher.TerminateAsync(key, Cancel);
        Assert.Equal(7, (await harness.ExitOf(key)).ExitCode);
    }

    [Fact]
    public async Task AKill_LeavesOtherRunsAlone()
    {
        await using var harness = CreateHarness();
        var other = await harness.StartAsync(harness.Waiting(harness.Key("other")));
        await harness.StartAsync(harness.Waiting(harness.Key("main")));
        await harness.Launcher.KillAsync(harness.Key("main"), Cancel);
        Assert.Equal([other.Pid], harness.Survivors());
        await harness.Launcher.KillAsync(harness.Key("other"), Cancel);
    }

    [Fact]
    public async Task WhenTheAgentCrashes_ItsProcessesGoOn_AndAreFoundByTheNextOne()
    {
        await using var harness = CreateHarness();
        var key = harness.Key();
        var identity = await harness.StartAsync(harness.EndingItselfWhenTerminated(key, 7));
        await harness.FileAsync("ready");

        var found = Assert.Single(await harness.CrashAndRecoverAsync());
        Assert.Equal((key, identity), (found.Key, found.Identity));
        Assert.Null(found.Exit);
        Assert.Equal(identity, (await harness.Launcher.LaunchAsync(harness.Waiting(key), Cancel)).Identity);

        await harness.Launcher.TerminateAsync(key, Cancel);
        Assert.Equal(7, (await harness.ExitOf(key)).ExitCode);
        Assert.Single(harness.Told);
    }

    [Fact]
    public async Task WhatEndedWhileNoAgentWasThere_IsRecoveredWithItsTrueExitCode_UntilItIsForgotten()
    {
        await using var harness = CreateHarness();
        var key = harness.Key();
        await harness.RunAsync(harness.ExitingWith(key, 3));
        for (var i = 0; i < 2; i++)
        {
            var found = Assert.Single(await harness.CrashAndRecoverAsync());
            Assert.Equal(3, found.Exit?.ExitCode);
            Assert.Null(found.Exit?.Signal);
        }

        Assert.Empty(harness.Told);
        harness.Launcher.Forget(key);
        Assert.Empty(await harness.CrashAndRecoverAsync());
    }

    [Fact]
    public async Task ManyQuickProcesses_AreEachReportedOnce()
    {
        await using var harness = CreateHarness();
        var count = harness.Many;
        var requests = Enumerable.Range(0, count).Select(i => harness.ExitingAtOnce(harness.Key("quick", i))).ToList();
        var outcomes = await Task.WhenAll(requests.Select(r => harness.Launcher.LaunchAsync(r, Cancel)));
        Assert.All(outcomes, o => Assert.Null(o.Fault));
        foreach (var request in requests)
        {
            Assert.Equal(0, (await harness.ExitOf(request.Key)).ExitCode);
            harness.Launcher.Forget(request.Key);
        }

        Assert.Equal(count, harness.Told.Count);
        Assert.Equal(count, harness.Told.Select(e => e.Key).Distinct().Count());
        Assert.Empty(await harness.CrashAndRecoverAsync());
    }
}
