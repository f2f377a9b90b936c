using System.Runtime.Versioning;
using Aurora.Shim;
using Aurora.Shim.Native;
using Aurora.TestSupport;
using Xunit;

namespace Aurora.Worker.Tests.Processes;

/// <summary>What is kept when shims and journals are damaged.</summary>
[SupportedOSPlatform("linux")]
public sealed class LinuxShimDeathTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhenTheShimIsKilled_ItsProcessGoesOn_AndItsEndIsUnknown()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        var identity = await harness.StartAsync(harness.Shell(key, "until [ -e go ]; do sleep 0.02; done; exit 4"));
        var shim = harness.ShimPid();
        Assert.Equal(0, Libc.Kill(shim, Libc.Sigkill));
        await LauncherHarness.GoneAsync(shim);

        await Eventually.IsTrueAsync("another shim", LauncherHarness.Patience, () => harness.ShimPids().Any(p => p != shim));
        Assert.True(LauncherHarness.Lives(identity.Pid));
        Assert.Equal(identity, (await harness.Launcher.LaunchAsync(harness.Waiting(key), Cancel)).Identity);

        await File.WriteAllTextAsync(Path.Combine(harness.Work, "go"), "", Cancel);
        var exit = await harness.ExitOf(key);
        Assert.Equal((null, null), (exit.ExitCode, exit.Signal));
        Assert.Single(harness.Told);

        // New processes are launched as before, with true ends.
        Assert.Equal(6, (await harness.RunAsync(harness.ExitingWith(harness.Key("next"), 6))).ExitCode);
    }

    [Fact]
    public async Task WhenTheShimIsKilled_ItsProcessCanStillBeKilledWithItsTree()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        await harness.StartAsync(harness.Shell(key, "(setsid sleep 1000 &); sleep 1000 & echo up > ready; wait"));
        await harness.FileAsync("ready");
        Assert.Equal(0, Libc.Kill(harness.ShimPid(), Libc.Sigkill));
        await harness.Launcher.KillAsync(key, Cancel);
        Assert.Empty(harness.Survivors());
        Assert.Null((await harness.ExitOf(key)).ExitCode);
    }

    [Fact]
    public async Task WhenShimAndAgentDie_RecordedEndsAreTrue_AndTheOthersUnknown()
    {
        await using var harness = new LauncherHarness();
        await harness.RunAsync(harness.ExitingWith(harness.Key("ended"), 9));
        var lives = await harness.StartAsync(harness.Waiting(harness.Key("lives")));
        var gone = await harness.StartAsync(harness.Waiting(harness.Key("gone")));
        await harness.LeaveWithoutShimAsync();
        Assert.Equal(0, Libc.Kill(gone.Pid, Libc.Sigkill));
        await LauncherHarness.GoneAsync(gone.Pid);

        var found = (await harness.CrashAndRecoverAsync()).ToDictionary(r => r.Key.Process);
        Assert.Equal(["ended", "gone", "lives"], found.Keys.Order());
        Assert.Equal(9, found["ended"].Exit?.ExitCode);
        Assert.Null(found["lives"].Exit);
        Assert.Equal(lives, found["lives"].Identity);
        Assert.Equal((null, null), (found["gone"].Exit!.ExitCode, found["gone"].Exit!.Signal));

        await harness.Launcher.KillAsync(harness.Key("lives"), Cancel);
        Assert.Null((await harness.ExitOf(harness.Key("lives"))).Signal);
        Assert.Single(harness.Told);
    }

    [Fact]
    public async Task WhenTheJournalIsTorn_WhatIsWholeInItCounts_AndAnIntendedProcessIsFoundByItsMarker()
    {
        await using var harness = new LauncherHarness();
        await harness.RunAsync(harness.ExitingWith(harness.Key("ended"), 9));
        var intended = await harness.StartAsync(harness.Waiting(harness.Key("intended")));
        await harness.LeaveWithoutShimAsync();

        // As if the shim had died while it wrote that the process was started, with a launch that never came about before it.
        var journal = new ShimFolder(harness.ShimFolder).Journals.Single(j => new FileInfo(j).Length > 0);
        var text = await File.ReadAllTextAsync(journal, Cancel);
        var never = $"intended\t{harness.Key().TaskId}\tnever\t0\t.\n";
        var torn = text.IndexOf("started\t", text.IndexOf("\tintended\t", StringComparison.Ordinal), StringComparison.Ordinal);
        await File.WriteAllTextAsync(journal, never + text[..(torn + 30)], Cancel);

        var found = (await harness.CrashAndRecoverAsync()).ToDictionary(r => r.Key.Process);
        Assert.Equal(["ended", "intended"], found.Keys.Order());
        Assert.Equal(9, found["ended"].Exit?.ExitCode);
        Assert.Equal(intended, found["intended"].Identity);
        Assert.Null(found["intended"].Exit);

        // What never came about can be launched now; and what is written from here on can be read again.
        Assert.Equal(2, (await harness.RunAsync(harness.ExitingWith(harness.Key("never"), 2))).ExitCode);
        var again = (await harness.CrashAndRecoverAsync()).ToDictionary(r => r.Key.Process);
        Assert.Equal(2, again["never"].Exit?.ExitCode);
        await harness.Launcher.KillAsync(harness.Key("intended"), Cancel);
    }

    [Fact]
    public async Task AfterAnotherBoot_NothingIsAdopted()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        var identity = await harness.StartAsync(harness.Waiting(key));
        await harness.LeaveWithoutShimAsync();
        var journal = new ShimFolder(harness.ShimFolder).Journals.Single(j => new FileInfo(j).Length > 0);
        var text = await File.ReadAllTextAsync(journal, Cancel);
        await File.WriteAllTextAsync(journal, text.Replace(BootClock.BootId, Guid.Empty.ToString(), StringComparison.Ordinal), Cancel);

        // The process with that pid and start time is another one now, whatever it looks like: it is neither adopted nor killed.
        var found = Assert.Single(await harness.CrashAndRecoverAsync());
        Assert.Equal((null, null), (found.Exit!.ExitCode, found.Exit!.Signal));
        await harness.Launcher.KillAsync(key, Cancel);
        Assert.True(LauncherHarness.Lives(identity.Pid));
        Assert.Equal(0, Libc.Kill(identity.Pid, Libc.Sigkill));
        await LauncherHarness.GoneAsync(identity.Pid);
    }

    [Fact]
    public async Task ASecondShimOnTheSameFolder_Refuses()
    {
        await using var harness = new LauncherHarness();
        await harness.RunAsync(harness.ExitingWith(harness.Key(), 0));
        var shim = harness.ShimPid();
        var account = Aurora.Worker.Processes.RoleAccounts.Find(harness.Role)!;
        var arguments = new ShimArguments(harness.Role, new ShimFolder(harness.ShimFolder), account.Uid, account.Gid, 1).ToArguments();
        using var second = System.Diagnostics.Process.Start(Path.Combine(AppContext.BaseDirectory, "aurora-shim"), arguments);
        await second.WaitForExitAsync(Cancel);
        Assert.Equal(ShimExitCode.Locked, second.ExitCode);
        Assert.Equal(shim, harness.ShimPid());
        Assert.Equal(1, (await harness.RunAsync(harness.ExitingWith(harness.Key("next"), 1))).ExitCode);
    }

    [Fact]
    public async Task ALongWorkerFolder_IsNoTrouble()
    {
        using var folder = new TemporaryFolder("launcher");
        var deep = Path.Combine(folder.Path, new string('d', 100), new string('e', 100));
        Directory.CreateDirectory(deep);
        await using var launcher = new Aurora.Worker.Processes.LinuxProcessLauncher(
            new() { Folder = deep }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await using var harness = new LauncherHarness();
        var outcome = await launcher.LaunchAsync(harness.ExitingAtOnce(harness.Key()), Cancel);
        Assert.Null(outcome.Fault);
    }
}
