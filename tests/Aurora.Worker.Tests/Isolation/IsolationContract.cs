using System.Runtime.Versioning;
using Aurora.TestSupport;
using Aurora.Worker.Isolation;
using Xunit;

namespace Aurora.Worker.Tests.Isolation;

/// <summary>What every isolation keeps.</summary>
[SupportedOSPlatform("linux")]
public abstract class IsolationContract
{
    private protected abstract IsolationHarness Create();

    [Fact]
    public void TheAttributes_SayWhatIsEnforced()
    {
        using var harness = Create();
        Assert.Equal(
            ["enforces_cpu", "enforces_disk", "enforces_memory", "enforces_processes", "isolation"], harness.Isolation.Attributes.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NothingIsKnownOfATaskThatWasNotPrepared_AndNothingHappensToIt()
    {
        using var harness = Create();
        Assert.Null(harness.Isolation.Read("t-unknown"));
        Assert.Null(harness.Isolation.ReadProcessorTime("t-unknown"));
        Assert.Equal(0, harness.Isolation.Count("t-unknown"));
        Assert.Equal(0, harness.Isolation.Terminate("t-unknown"));
        Assert.Equal(0, harness.Isolation.Kill("t-unknown"));
        harness.Isolation.Remove("t-unknown");
    }

    [Fact]
    public void APreparation_CanBeRepeated_AndAPreparedTaskHasNoProcesses()
    {
        using var harness = Create();
        var task = harness.Prepare();
        Assert.Null(harness.Isolation.Prepare(task, IsolationHarness.Limits(32)));
        Assert.Equal(0, harness.Isolation.Count(task));
        Assert.Equal(0, harness.Isolation.Read(task)?.Processes);
    }

    [Fact]
    public async Task ADaemonThatForkedTwiceIntoASessionOfItsOwn_IsCountedAndTerminated()
    {
        using var harness = Create();
        var task = harness.Prepare();
        harness.Start(task, "(setsid bash -c \"echo \\$\\$ > daemon; exec sleep 1000\" &) ; until [ -s daemon ]; do sleep 0.02; done; echo 1 > ready; exec sleep 1000");
        await harness.PidInAsync("ready");
        var daemon = await harness.PidInAsync("daemon");
        await Eventually.IsTrueAsync("two members", IsolationHarness.Patience, () => harness.Isolation.Count(task) == 2);
        Assert.Equal(2, harness.Isolation.Terminate(task));
        await Eventually.IsTrueAsync("the daemon to end", IsolationHarness.Patience, () => !IsolationHarness.Lives(daemon));
        await Eventually.IsTrueAsync("the task to be empty", IsolationHarness.Patience, () => harness.Isolation.Count(task) == 0);
    }

    [Fact]
    public async Task ATermination_LetsProcessesEndThemselves()
    {
        using var harness = Create();
        var task = harness.Prepare();
        var process = harness.Start(task, "trap \"exit 7\" TERM; echo 1 > ready; while :; do sleep 0.02; done");
        await harness.PidInAsync("ready");
        Assert.InRange(harness.Isolation.Terminate(task), 1, 2);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(IsolationHarness.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(7, process.ExitCode);
    }

    [Fact]
    public async Task AKill_EndsARunningForkBomb()
    {
        using var harness = Create();
        var task = harness.Prepare();
        harness.Start(task, "bomb() { while :; do bomb & sleep 0.01 & bomb & done 2>/dev/null; }; bomb & bomb & wait; sleep 1000");
        await Eventually.IsTrueAsync("the bomb to spread", IsolationHarness.Patience, () => harness.Isolation.Count(task) > 40);
        await harness.NothingLeftAsync(task);
        Assert.Equal(0, harness.Isolation.Count(task));
    }

    [Fact]
    public async Task AKill_LeavesOtherTasksAlone()
    {
        using var harness = Create();
        var (task, other) = (harness.Prepare(), harness.Prepare());
        harness.Start(task, "echo 1 > ready; exec sleep 1000");
        var process = harness.Start(other, "echo 1 > ready2; exec sleep 1000");
        await harness.PidInAsync("ready");
        await harness.PidInAsync("ready2");
        await harness.NothingLeftAsync(task);
        Assert.Equal(1, harness.Isolation.Count(other));
        Assert.False(process.HasExited);
    }

    [Fact]
    public async Task ProcessorTimeAndMemory_AreCounted()
    {
        using var harness = Create();
        var task = harness.Prepare();
        harness.Start(task, "x=$(head -c 8000000 /dev/zero | tr \"\\\\0\" x); echo 1 > ready; while :; do :; done");
        await harness.PidInAsync("ready");
        await Eventually.IsTrueAsync("processor time", IsolationHarness.Patience, () => harness.Isolation.Read(task)?.CpuSecs > 0.3);
        var first = harness.Isolation.Read(task);
        Assert.InRange(first!.Ram, 8_000_000, 64L << 20);
        Assert.InRange(first.RamPeak, first.Ram, 64L << 20);
        Assert.Equal(1, first.Processes);
        await Eventually.IsTrueAsync("more of it", IsolationHarness.Patience, () => harness.Isolation.Read(task)?.CpuSecs > first.CpuSecs + 0.2);
    }

    [Fact]
    public async Task WhereProcessorTimeIsExact_ItStaysWhileNothingRuns_AndGrowsWithTheSmallestDeed()
    {
        using var harness = Create();
        var task = harness.Prepare();
        harness.Start(task, "mkfifo gate; echo 1 > ready; read word < gate; echo 1 > done; exec sleep 1000");
        await harness.PidInAsync("ready");
        if (harness.Isolation.EntryOf(task) is null)
        {
            Assert.Null(harness.Isolation.ReadProcessorTime(task));
            return;
        }

        double? before = null;
        await Eventually.IsTrueAsync("nothing to run any more", IsolationHarness.Patience, () => before == (before = harness.Isolation.ReadProcessorTime(task)));
        Assert.NotNull(before);
        await File.WriteAllTextAsync(harness.Folder["gate"], "go\n", TestContext.Current.CancellationToken);
        await harness.PidInAsync("done");
        await Eventually.IsTrueAsync("the deed to count", IsolationHarness.Patience, () => harness.Isolation.ReadProcessorTime(task) > before);
    }

    [Fact]
    public async Task WhatIsUnknown_IsRemoved_AndWhatIsKnownStays()
    {
        using var harness = Create();
        var (known, unknown) = (harness.Prepare(), harness.Prepare());
        var process = harness.Start(known, "echo 1 > ready; exec sleep 1000");
        harness.Start(unknown, "(setsid sleep 1000 &); echo 1 > ready2; exec sleep 1000");
        await harness.PidInAsync("ready");
        await harness.PidInAsync("ready2");
        var removed = harness.Isolation.RemoveOthers(new HashSet<string> { known });
        if (harness.Isolation.EntryOf(known) is null)
        {
            Assert.Empty(removed);
        }
        else
        {
            Assert.Equal([unknown], removed);
            Assert.Equal(0, harness.Isolation.Count(unknown));
            Assert.Null(harness.Isolation.Read(unknown));
        }

        Assert.Equal(1, harness.Isolation.Count(known));
        Assert.False(process.HasExited);
    }
}
