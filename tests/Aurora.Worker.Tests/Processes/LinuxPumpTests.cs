using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using Aurora.Shim.Native;
using Aurora.Shim.Pumps;
using Aurora.TestSupport;
using Aurora.Worker.Processes;
using CsCheck;
using Xunit;

namespace Aurora.Worker.Tests.Processes;

/// <summary>Output that goes through the shim: rotated and copied, with nothing lost or torn.</summary>
[SupportedOSPlatform("linux")]
public sealed class LinuxPumpTests
{
    private const int Lines = 200_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void AFileIsCutAtTheFirstEndOfALine_WithWhichItReachesItsLimit() => Gen.Select(
        Gen.Int[1, 40], Gen.Int[0, 60], Gen.Int[0, 2].Select(i => "\nab"u8[i]).Array[0, 100]).Sample((limit, size, chunk) =>
    {
        var expected = Enumerable.Range(0, chunk.Length).Where(i => chunk[i] == '\n' && size + i + 1 >= limit).Select(i => i + 1).FirstOrDefault();
        Assert.Equal(expected > 0 ? new LineCut(expected, true) : new LineCut(chunk.Length, false), LineCut.Decide(size, limit, chunk));
    });

    [Fact]
    public void ALineOfMoreThanAMebibyte_IsTorn()
    {
        var chunk = new byte[64 * 1024];
        Assert.Equal(new LineCut(chunk.Length, false), LineCut.Decide(100, 100, chunk));
        Assert.Equal(new LineCut(10, true), LineCut.Decide(100 + LineCut.LongestLine - 10, 100, chunk));
        Assert.Equal(new LineCut(0, true), LineCut.Decide(200 + LineCut.LongestLine, 100, chunk));
        Assert.Equal(new LineCut(0, true), LineCut.Decide(200 + LineCut.LongestLine, 100, "\n"u8));
    }

    [Fact]
    public async Task ManyLinesThroughRotation_AreNeitherLostNorTorn_AndTheCopyHasThemAll()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        var target = new OutputTarget(harness.LogOf(key, "stdout")) { RotateAt = 50_000, Backups = 100, Copy = harness.LogOf(key, "copy") };
        var exit = await harness.RunAsync(harness.Shell(key, $"seq 1 {Lines}; exit 3") with { StandardOutput = target });
        Assert.Equal(3, exit.ExitCode);

        // All of it is there when the end is told.
        var expected = string.Concat(Enumerable.Range(1, Lines).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i}\n")));
        var parts = Parts(target);
        Assert.InRange(parts.Count, 20, 30);
        Assert.All(parts.Take(parts.Count - 1), p => Assert.InRange(new FileInfo(p).Length, 50_000, 50_010));
        Assert.All(parts.Where(p => new FileInfo(p).Length > 0), p => Assert.EndsWith("\n", File.ReadAllText(p), StringComparison.Ordinal));
        Assert.Equal(expected, string.Concat(parts.Select(File.ReadAllText)));
        Assert.Equal(expected, await File.ReadAllTextAsync(target.Copy, Cancel));
        Assert.Equal(
            parts.Take(parts.Count - 1).Sum(p => new FileInfo(p).Length).ToString(CultureInfo.InvariantCulture), await File.ReadAllTextAsync($"{target.File}.base", Cancel));
        Assert.False(File.Exists($"{target.File}.pipe"));
        Assert.False(File.Exists($"{target.File}.base.next"));
        Assert.Equal((UnixFileMode)0b110_100_000, File.GetUnixFileMode(target.File!));
    }

    [Fact]
    public async Task OnlySoManyBackupsAreKept_AndBothStreamsMayHaveOneFile()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        var target = new OutputTarget(harness.LogOf(key, "both")) { RotateAt = 1000, Backups = 2 };
        await harness.RunAsync(harness.Shell(key, "seq 1 2000; seq 2001 2100 >&2") with { StandardOutput = target, StandardError = target });
        Assert.Equal(3, Parts(target).Count);
        var kept = string.Concat(Parts(target).Select(File.ReadAllText)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => int.Parse(l, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(Enumerable.Range(2101 - kept.Count, kept.Count), kept);
    }

    [Fact]
    public async Task WhenTheShimIsKilled_TheProcessGoesOnWriting_AndNoLineIsLost()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        var target = new OutputTarget(harness.LogOf(key, "stdout")) { RotateAt = 20_000, Backups = 200 };
        await harness.StartAsync(harness.Shell(key, $"for ((i = 1; i <= {Lines}; i++)); do echo $i; done; until [ -e go ]; do sleep 0.02; done") with { StandardOutput = target });
        for (var round = 1; round <= 3; round++)
        {
            var before = Written(target);
            await Eventually.IsTrueAsync("more output", LauncherHarness.Patience, () => Written(target) > before + 10_000);
            var shim = harness.ShimPid();
            Assert.Equal(0, Libc.Kill(shim, Libc.Sigkill));
            await Eventually.IsTrueAsync("another shim", LauncherHarness.Patience, () => harness.ShimPids().Any(p => p != shim) && !LauncherHarness.Lives(shim));
        }

        var expected = string.Concat(Enumerable.Range(1, Lines).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i}\n")));
        await Eventually.IsTrueAsync("all output", LauncherHarness.Patience, () => Written(target) >= expected.Length);
        await File.WriteAllTextAsync(Path.Combine(harness.Work, "go"), "", Cancel);
        await harness.ExitOf(key);
        Assert.Equal(expected, string.Concat(Parts(target).Select(File.ReadAllText)));
        Assert.Equal(
            Parts(target).SkipLast(1).Sum(p => new FileInfo(p).Length).ToString(CultureInfo.InvariantCulture), await File.ReadAllTextAsync($"{target.File}.base", Cancel));
        Assert.False(File.Exists($"{target.File}.pipe"));
    }

    [Fact]
    public async Task ADaemonGoesOnWriting_AlsoWhenItsRunWasForgotten_AndTheShimWasKilled()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        var target = new OutputTarget(harness.LogOf(key, "stdout")) { RotateAt = 1_000_000, Backups = 1 };
        await harness.RunAsync(harness.Shell(
            key, "(setsid bash -c 'echo up > daemon; until [ -e go ]; do sleep 0.02; done; echo late' &); until [ -s daemon ]; do :; done; echo early") with { StandardOutput = target });
        Assert.Equal("early\n", await harness.ReadLog(key));
        harness.Launcher.Forget(key);
        var other = harness.Waiting(harness.Key("other"));
        await harness.StartAsync(other);
        Assert.DoesNotContain(await harness.CrashAndRecoverAsync(), r => r.Key == key);
        var shim = harness.ShimPid();
        Assert.Equal(0, Libc.Kill(shim, Libc.Sigkill));
        await Eventually.IsTrueAsync("another shim", LauncherHarness.Patience, () => harness.ShimPids().Any(p => p != shim));
        await harness.Launcher.LaunchAsync(other, Cancel);
        await File.WriteAllTextAsync(Path.Combine(harness.Work, "go"), "", Cancel);
        await Eventually.IsTrueAsync("the daemon's output, and its pipe removed", LauncherHarness.Patience, () =>
            File.ReadAllText(target.File!) == "early\nlate\n" && !File.Exists($"{target.File}.pipe"));
        await harness.Launcher.KillAsync(other.Key, Cancel);
    }

    [Fact]
    public async Task WhatHasNoFileIsDiscarded_AndWhatCannotBePumpedIsRefused()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        Assert.Equal(0, (await harness.RunAsync(harness.Shell(key, "seq 1 100000") with { StandardOutput = OutputTarget.Nowhere })).ExitCode);
        Assert.False(File.Exists(harness.LogOf(key, "stdout")));

        async Task<string?> Refusal(OutputTarget target) =>
            (await harness.Launcher.LaunchAsync(harness.Shell(harness.Key("refused"), "true") with { StandardOutput = target }, Cancel)).Fault?.Rule;
        Assert.Contains("greater than 0", await Refusal(new OutputTarget("/tmp/x") { RotateAt = 0, Backups = 1 }), StringComparison.Ordinal);
        Assert.Contains("greater than 0", await Refusal(new OutputTarget("/tmp/x") { RotateAt = 1 }), StringComparison.Ordinal);
        Assert.Contains("/no/such/folder/x cannot be written", await Refusal(new OutputTarget("/no/such/folder/x") { RotateAt = 1, Backups = 1 }), StringComparison.Ordinal);
        var log = harness.LogOf(key, "log");
        Assert.Contains("/no/such/copy cannot be written", await Refusal(new OutputTarget(log) { Copy = "/no/such/copy" }), StringComparison.Ordinal);
        Assert.False(File.Exists($"{log}.pipe"));
        var missing = await harness.Launcher.LaunchAsync(
            harness.Request(harness.Key("missing"), "/no/such/program") with { StandardOutput = new OutputTarget(log) { RotateAt = 1, Backups = 1 } }, Cancel);
        Assert.Contains("/no/such/program cannot be executed", missing.Fault?.Rule, StringComparison.Ordinal);
        Assert.False(File.Exists($"{log}.pipe"));
    }

    /// <summary>The files of a stream, the oldest first.</summary>
    private static List<string> Parts(OutputTarget target)
    {
        var backups = Enumerable.Range(1, target.Backups).Select(n => $"{target.File}.{n}").Where(File.Exists).Reverse();
        return [.. backups, target.File!];
    }

    /// <summary>How much of a stream was written, wherever a rotation stands.</summary>
    private static long Written(OutputTarget target)
    {
        try
        {
            var before = File.Exists($"{target.File}.base") ? long.Parse(File.ReadAllText($"{target.File}.base", Encoding.ASCII), CultureInfo.InvariantCulture) : 0;
            return before + new FileInfo(target.File!).Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
