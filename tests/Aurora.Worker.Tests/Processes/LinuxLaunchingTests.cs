using System.Globalization;
using System.Runtime.Versioning;
using Aurora.Core.Errors;
using Aurora.Shim.Native;
using Aurora.Worker.Processes;
using Xunit;

namespace Aurora.Worker.Tests.Processes;

/// <summary>What a started process finds around itself.</summary>
[SupportedOSPlatform("linux")]
public sealed class LinuxLaunchingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(77)]
    [InlineData(255)]
    public async Task AProcessThatExits_IsReportedWithItsCode(int code)
    {
        await using var harness = new LauncherHarness();
        var exit = await harness.RunAsync(harness.Shell(harness.Key(), $"exit {code}"));
        Assert.Equal(code, exit.ExitCode);
        Assert.Null(exit.Signal);
    }

    [Theory]
    [InlineData("TERM", 15)]
    [InlineData("KILL", 9)]
    [InlineData("SEGV", 11)]
    public async Task AProcessThatASignalEnds_IsReportedWithTheSignal(string name, int number)
    {
        await using var harness = new LauncherHarness();
        var exit = await harness.RunAsync(harness.Shell(harness.Key(), $"ulimit -c 0; kill -{name} $$"));
        Assert.Null(exit.ExitCode);
        Assert.Equal(number, exit.Signal);
    }

    [Fact]
    public async Task AnEndTellsWhatTheRunUsed_AlsoToTheNextAgent()
    {
        await using var harness = new LauncherHarness();
        var small = await harness.RunAsync(harness.ExitingAtOnce(harness.Key("small")));
        Assert.InRange(small.Usage!.CpuSecs, 0.0, 0.5);
        Assert.Equal(0, small.Usage.RamPeak);

        // A value of 200 MB in the shell's memory, which takes some processor time to make.
        var exit = await harness.RunAsync(harness.Shell(harness.Key("large"), "printf -v x '%*s' 200000000 ''; (( ${#x} == 200000000 ))"));
        Assert.Equal(0, exit.ExitCode);
        Assert.InRange(exit.Usage!.RamPeak, 190_000_000, 900_000_000);
        Assert.InRange(exit.Usage.CpuSecs, 0.01, 30);
        Assert.Equal(exit.Usage, (await harness.CrashAndRecoverAsync()).Single(r => r.Key.Process == "large").Exit?.Usage);
    }

    [Fact]
    public async Task OutputGoesToItsFiles_AndIsAppended()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        await File.WriteAllTextAsync(harness.LogOf(key, "stdout"), "before\n");
        File.SetUnixFileMode(harness.LogOf(key, "stdout"), (UnixFileMode)0b110_110_110);
        await harness.RunAsync(harness.Shell(key, "echo out; echo err >&2; cat"));
        Assert.Equal("before\nout\n", await harness.ReadLog(key));
        Assert.Equal("err\n", await harness.ReadLog(key, "stderr"));
        Assert.Equal((UnixFileMode)0b110_100_000, File.GetUnixFileMode(harness.LogOf(key, "stderr")));
    }

    [Fact]
    public async Task TheEnvironmentIsExactlyTheGivenOne_AndTheMarker()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        var request = harness.Request(key, "/usr/bin/env") with { Environment = new Dictionary<string, string> { ["GREETING"] = "grüß\ngott", ["EMPTY"] = "" } };
        await harness.RunAsync(request);
        Assert.Equal($"AURORA_RUN={key.TaskId}/main/0\nGREETING=grüß\ngott\nEMPTY=\n", await harness.ReadLog(key));
    }

    [Fact]
    public async Task TheProcessStandsInItsFolder_LeadsItsSession_AndHasThreeFiles()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        var identity = await harness.StartAsync(harness.Shell(key, "pwd; ls -m /proc/$$/fd; readlink /proc/$$/fd/0; cut -d' ' -f1,5,6,22 /proc/$$/stat; umask; ulimit -Sn"));
        await harness.ExitOf(key);
        var lines = (await harness.ReadLog(key)).Split('\n');
        Assert.Equal(harness.Work, lines[0]);
        Assert.Equal("0, 1, 2", lines[1]);
        Assert.Equal("/dev/null", lines[2]);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{identity.Pid} {identity.Pid} {identity.Pid} {identity.StartTime}"), lines[3]);
        Assert.Equal("0027", lines[4]);
        Assert.Equal("1024", lines[5]);
        Assert.Equal(BootClock.BootId, identity.BootId);
    }

    [Fact]
    public async Task NoSignalIsIgnoredOrBlocked()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        await harness.RunAsync(harness.Request(key, "/bin/cat", "/proc/self/status"));
        var status = await harness.ReadLog(key);
        const ulong privateToGlibc = 0x180000000; // 32 and 33, which its posix_spawn sets to be ignored, and which no program can use.
        Assert.Equal(0UL, Mask("SigBlk:"));
        Assert.Equal(0UL, Mask("SigIgn:") & ~privateToGlibc);

        ulong Mask(string field) => ulong.Parse(
            status.Split('\n').Single(l => l.StartsWith(field, StringComparison.Ordinal))[field.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task TheRoleIsTheUser_WithItsGroupsAndWithoutPrivileges()
    {
        Assert.SkipUnless(Libc.EffectiveUser() == 0, "needs root");
        var account = RoleAccounts.Find("www-data");
        Assert.SkipUnless(account is not null, "needs the user www-data");
        await using var harness = new LauncherHarness("www-data");
        var key = harness.Key();
        await harness.RunAsync(harness.Request(key, "/bin/cat", "/proc/self/status"));
        var status = await harness.ReadLog(key);
        Assert.Contains($"Uid:\t{account.Uid}\t{account.Uid}\t{account.Uid}\t{account.Uid}\n", status, StringComparison.Ordinal);
        Assert.Contains($"Gid:\t{account.Gid}\t{account.Gid}\t{account.Gid}\t{account.Gid}\n", status, StringComparison.Ordinal);
        Assert.Contains($"Groups:\t{account.Gid} \n", status, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t0000000000000000", status, StringComparison.Ordinal);
        Assert.Contains("CapPrm:\t0000000000000000", status, StringComparison.Ordinal);

        foreach (var thread in Directory.EnumerateDirectories($"/proc/{harness.ShimPid()}/task"))
        {
            Assert.Contains($"Uid:\t{account.Uid}\t{account.Uid}\t{account.Uid}\t{account.Uid}\n", await File.ReadAllTextAsync($"{thread}/status"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task TheRoleCannotReachItsShim()
    {
        Assert.SkipUnless(Libc.EffectiveUser() == 0, "needs root");
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        await harness.RunAsync(harness.Shell(key, "true"));
        var shim = harness.ShimPid();
        key = harness.Key("probe");
        await harness.RunAsync(harness.Shell(
            key, $"ls {harness.ShimFolder} && echo folder; cat {harness.ShimFolder}/journal.1 && echo journal; ls /proc/{shim}/fd && echo files; cat /proc/{shim}/environ && echo environment"));
        Assert.Equal("", await harness.ReadLog(key));
        Assert.Equal(4, (await harness.ReadLog(key, "stderr")).Split('\n').Count(l => l.Contains("Permission denied", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task WhatCannotBeStarted_IsRefusedWithTheReason()
    {
        await using var harness = new LauncherHarness();
        var notExecutable = Path.Combine(harness.Work, "text");
        await File.WriteAllTextAsync(notExecutable, "no program");
        await AssertRefused(harness, harness.Request(harness.Key("a"), "/no/such/program"), "/no/such/program cannot be executed: No such file or directory (errno 2)");
        await AssertRefused(harness, harness.Request(harness.Key("b"), notExecutable), "cannot be executed: Permission denied (errno 13)");
        await AssertRefused(harness, harness.Shell(harness.Key("c"), "true") with { WorkingDirectory = "/no/such/folder" }, "the working directory /no/such/folder cannot be entered");
        await AssertRefused(harness, harness.Shell(harness.Key("d"), "true") with { StandardOutput = new OutputTarget("/no/such/folder/stdout") }, "the log file /no/such/folder/stdout cannot be written");
        await AssertRefused(harness, harness.Request(harness.Key("e"), "true"), "must be the absolute path of a program");
        await AssertRefused(harness, harness.Request(harness.Key("f"), "/bin/echo", "a\0b"), "must not hold zero characters");
        await AssertRefused(harness, harness.Request(harness.Key("g"), "/bin/echo", new string('x', 200_000)), "errno 7");
        await AssertRefused(harness, harness.Request(harness.Key("h"), "/bin/echo", new string('x', 5_000_000)), "must not exceed 4194304 bytes");

        // The shim is as good as before, and a refused key may be tried again.
        Assert.Equal(0, (await harness.RunAsync(harness.Shell(harness.Key("a"), "true"))).ExitCode);
    }

    [Fact]
    public async Task ARoleThatIsNoUser_OrIsRoot_IsRefused()
    {
        await using var harness = new LauncherHarness();
        Assert.Null(harness.Launcher.CheckRole(harness.Role));
        Assert.Equal(ErrorCodes.RoleUnknown, harness.Launcher.CheckRole("no-such-user")?.Code);
        Assert.Equal(ErrorCodes.RoleUnknown, harness.Launcher.CheckRole("../www-data")?.Code);
        Assert.Equal(ErrorCodes.RoleRefused, harness.Launcher.CheckRole("root")?.Code);
        var outcome = await harness.Launcher.LaunchAsync(
            harness.Shell(harness.Key(), "true") with { Role = "no-such-user" }, TestContext.Current.CancellationToken);
        Assert.Equal(("role", "no-such-user"), (outcome.Fault?.Field, outcome.Fault?.Value));
        Assert.Empty(harness.ShimPids());
    }

    private static async Task AssertRefused(LauncherHarness harness, LaunchRequest request, string rule)
    {
        var outcome = await harness.Launcher.LaunchAsync(request, TestContext.Current.CancellationToken);
        Assert.Null(outcome.Identity);
        Assert.Equal(ErrorCodes.LaunchFailed, outcome.Fault?.Code);
        Assert.Contains(rule, outcome.Fault?.ToString(), StringComparison.Ordinal);
    }
}
