using Aurora.Worker.Isolation;
using Xunit;

namespace Aurora.Worker.Tests.Isolation;

/// <summary>When a task is over a limit, and what people read then.</summary>
public sealed class LimitCheckFacts
{
    private const long MB = 1 << 20;
    private static readonly TaskLimits Limits = new(1, false, MB, 128 * MB, 8 * MB, 100);
    private static readonly TaskUsage AtTheLimits = new() { Ram = 129 * MB, RamPeak = 129 * MB, Processes = 100, CpuSecs = 1e6 };

    [Fact]
    public void WithinTheLimits_ThereIsNoBreach()
    {
        Assert.Null(LimitCheck.Breach(Limits, null, AtTheLimits, 8 * MB));
        Assert.Null(LimitCheck.Breach(Limits, null, null, null));
    }

    [Fact]
    public void AnOutOfMemoryKill_NamesUseGrantAndAllowance() => Assert.Equal(
        "AUR4006 memory: used 129.0 MB of 129.0 MB (1.0 MB granted + 128.0 MB allowance); the kernel ended a process of the task",
        LimitCheck.Breach(Limits, null, AtTheLimits with { Ram = 3 * MB, RamPeak = (129 * MB) - 4096, OutOfMemoryKills = 1 }, null));

    [Fact]
    public void AnOutOfMemoryKill_IsABreachOnlyOnce()
    {
        var killed = AtTheLimits with { OutOfMemoryKills = 2 };
        Assert.EndsWith("ended 2 processes of the task", LimitCheck.Breach(Limits, null, killed, null), StringComparison.Ordinal);
        Assert.Null(LimitCheck.Breach(Limits, killed, killed, null));
        Assert.NotNull(LimitCheck.Breach(Limits, AtTheLimits with { OutOfMemoryKills = 1 }, killed, null));
    }

    [Fact]
    public void MemoryThatWasSampledOverTheLimit_IsABreach() => Assert.Equal(
        "AUR4006 memory: used 1.5 GB of 1.0 MB granted",
        LimitCheck.Breach(Limits with { RamAllowance = 0 }, null, AtTheLimits with { Ram = 1536 * MB }, null));

    [Fact]
    public void ARefusedProcess_IsABreach()
    {
        Assert.Equal(
            "AUR4006 processes: used 100 of 100 processes and threads; the kernel refused to start more, 3 times",
            LimitCheck.Breach(Limits, AtTheLimits with { RefusedProcesses = 1 }, AtTheLimits with { RefusedProcesses = 4 }, null));
        Assert.Null(LimitCheck.Breach(Limits, AtTheLimits with { RefusedProcesses = 4 }, AtTheLimits with { RefusedProcesses = 4 }, null));
    }

    [Fact]
    public void MoreProcessesThanGranted_AreABreach() => Assert.Equal(
        "AUR4006 processes: used 101 of 100 processes", LimitCheck.Breach(Limits, null, AtTheLimits with { Processes = 101 }, null));

    [Fact]
    public void MoreDiskThanGranted_IsABreach()
    {
        Assert.Equal("AUR4006 disk: sandbox and logs use 12.0 MB of 8.0 MB granted", LimitCheck.Breach(Limits, null, AtTheLimits, 12 * MB));
        Assert.Equal("AUR4006 disk: sandbox and logs use 512 B of 0 B granted", LimitCheck.Breach(Limits with { Disk = 0 }, null, null, 512));
    }
}
