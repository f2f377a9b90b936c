using System.Diagnostics;
using System.Runtime.Versioning;
using Aurora.Worker.Health;
using Aurora.Worker.Processes;
using Aurora.Worker.Tests.Processes;
using Xunit;

namespace Aurora.Worker.Tests.Health;

/// <summary>Real commands through the real launcher, as another user where the tests run as root.</summary>
[SupportedOSPlatform("linux")]
public sealed class ShellHealthProbeFacts : IAsyncDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly LauncherHarness _harness = new();
    private readonly HealthExits _exits;

    public ShellHealthProbeFacts()
    {
        _exits = new HealthExits(key => _harness.Launcher.Forget(key));
        _harness.Launcher.Exited += exit => _exits.Take(exit);
    }

    [Theory]
    [InlineData("test -e up || touch up", null)]
    [InlineData("echo noise; echo noise >&2; exit 3", "the health check's command failed with exit code 3")]
    [InlineData("no-such-command", "the health check's command failed with exit code 127")]
    [InlineData("kill -9 $$", "the health check's command was ended by signal 9")]
    public async Task ItsExitDecides(string line, string? why)
    {
        Assert.Equal(new HealthResult(why is null, why), await Probe(line).CheckAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task EachCheckIsARunOfItsOwn_AsTheRole_AndForgottenAfterIt()
    {
        var probe = Probe("id -un >> who");
        for (var i = 0; i < 3; i++)
        {
            Assert.True((await probe.CheckAsync(TestContext.Current.CancellationToken)).Healthy);
        }

        Assert.Equal(Enumerable.Repeat(_harness.Role, 3), await File.ReadAllLinesAsync(Path.Combine(_harness.Work, "who")));
        Assert.Equal([0, 1, 2], _harness.Told.Select(e => e.Key.Run));
        Assert.Empty(await _harness.CrashAndRecoverAsync());
    }

    [Fact]
    public async Task WhenTheTimeIsOver_TheWholeTreeIsKilled_AndTheCheckHasFailed()
    {
        var result = await Probe("bash -c 'sleep 1000 & wait' & sleep 1000", TimeSpan.FromSeconds(0.3)).CheckAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HealthResult.Bad("the health check's command timed out after 0.3 s"), result);
        Assert.Empty(_harness.Survivors());
        Assert.Empty(await _harness.CrashAndRecoverAsync());
    }

    [Fact]
    public async Task WhenTheCommandLeavesSomethingBehind_ThatIsEnded()
    {
        Assert.True((await Probe("sleep 1000 & exit 0").CheckAsync(TestContext.Current.CancellationToken)).Healthy);

        Assert.Empty(_harness.Survivors());
    }

    [Fact]
    public async Task WhenACheckIsBrokenOff_NothingOfItIsLeft()
    {
        using var stop = new CancellationTokenSource();
        var check = Probe("echo > ready; sleep 1000").CheckAsync(stop.Token);
        await _harness.FileAsync("ready");
        var watch = Stopwatch.StartNew();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
        Assert.True(watch.Elapsed < Long / 2);
        Assert.Empty(_harness.Survivors());
        Assert.Empty(await _harness.CrashAndRecoverAsync());
    }

    [Fact]
    public async Task WhenACheckIsBrokenOffBeforeItsCommandIsStarted_NothingIsLeftEither()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Probe("sleep 1000").CheckAsync(stop.Token));
        Assert.Empty(_harness.Survivors());
    }

    [Fact]
    public async Task WhenTheCheckerIsStopped_ItsCommandIsGone()
    {
        await using (var checker = new HealthChecker(Probe("echo > ready; sleep 1000"), TimeSpan.FromSeconds(10), TimeProvider.System, _harness.Work, (_, _) => Assert.Fail("told")))
        {
            checker.Start();
            await _harness.FileAsync("ready");
        }

        Assert.Empty(_harness.Survivors());
    }

    [Fact]
    public async Task WhenTheCommandCannotBeStarted_TheReasonIsTheLaunchersFault()
    {
        var probe = new ShellHealthProbe(_harness.Launcher, _exits, run => Request("true", run) with { Role = "nobody-of-this-name" }, Long, TimeProvider.System);

        var result = await probe.CheckAsync(TestContext.Current.CancellationToken);

        Assert.False(result.Healthy);
        Assert.StartsWith("the health check's command: AUR4001 role is 'nobody-of-this-name': ", result.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, "the health check's command ended, but nobody saw how")]
    public async Task WhenNobodySawTheEnd_TheCheckIsMadeOnceMore(int unseen, string? why)
    {
        // The shim's death is not the task's fault; only killing the shim at the right moment would show it on the real launcher.
        var probe = new ShellHealthProbe(_harness.Launcher, _exits, Seen, Long, TimeProvider.System);
        LaunchRequest Seen(int run)
        {
            var request = Request("sleep 1000", run);
            if (run < unseen)
            {
                _ = _exits.Expect(request.Key);
                Assert.True(_exits.Take(new ProcessExit(request.Key, null, null, DateTimeOffset.UnixEpoch)));
                return request;
            }

            return Request("true", run);
        }

        Assert.Equal(new HealthResult(why is null, why), await probe.CheckAsync(TestContext.Current.CancellationToken));
        Assert.Empty(_harness.Survivors());
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    private ShellHealthProbe Probe(string line, TimeSpan? timeout = null) =>
        new(_harness.Launcher, _exits, run => Request(line, run), timeout ?? Long, TimeProvider.System);

    private LaunchRequest Request(string line, int run) =>
        _harness.Shell(_harness.Key(HealthExits.ProcessName, run), line) with { StandardOutput = OutputTarget.Nowhere, StandardError = OutputTarget.Nowhere };
}
