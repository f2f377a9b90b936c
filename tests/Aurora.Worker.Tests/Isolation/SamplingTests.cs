using System.Runtime.Versioning;
using Aurora.TestSupport;
using Aurora.Worker.Isolation;
using Aurora.Worker.Isolation.Cgroups;
using Aurora.Worker.Isolation.Sampling;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aurora.Worker.Tests.Isolation;

/// <summary>The contract where cgroups are not permitted. The processes are bounded by a cgroup all the same, of which the isolation knows nothing: a test must not take the machine.</summary>
[SupportedOSPlatform("linux")]
public sealed class SamplingTests : IsolationContract
{
    private protected override IsolationHarness Create()
    {
        Assert.SkipUnless(CgroupV1Tests.IsUsable(), "Without cgroups a fork bomb would not be bounded.");
        return new IsolationHarness(_ => new SamplingIsolation(TimeProvider.System), o => new CgroupV1Isolation(o));
    }

    [Fact]
    public async Task WhatWipedItsEnvironment_IsFoundByItsSession_WhenItsParentIsGone()
    {
        using var harness = Create();
        var task = harness.Prepare();
        harness.Start(task, "env -i bash -c \"echo \\$\\$ > hidden; exec sleep 1000\" & until [ -e go ]; do sleep 0.02; done");
        var hidden = await harness.PidInAsync("hidden");
        await Eventually.IsTrueAsync("both to be seen", IsolationHarness.Patience, () => harness.Isolation.Count(task) >= 2);
        await File.WriteAllTextAsync(harness.Folder["go"], "", TestContext.Current.CancellationToken);
        await Eventually.IsTrueAsync("the leader to end", IsolationHarness.Patience, () => harness.Isolation.Count(task) == 1);
        Assert.Equal(1, harness.Isolation.Terminate(task));
        await Eventually.IsTrueAsync("the hidden one to end", IsolationHarness.Patience, () => !IsolationHarness.Lives(hidden));
    }

    [Fact]
    public async Task AnotherWorkersView_FindsTheSameProcesses()
    {
        using var harness = Create();
        var task = harness.Prepare();
        harness.Start(task, "echo 1 > ready; exec sleep 1000");
        await harness.PidInAsync("ready");
        Assert.Equal(1, new SamplingIsolation(TimeProvider.System).Count(task));
    }

    [Fact]
    public async Task WhatShowsNoMarkerWhenTheTaskIsTerminated_IsToldWhenItIsFound_AndWhatItStartsThenIsNot()
    {
        using var harness = Create();
        var task = harness.Prepare();
        harness.Start(task, "echo 1 > ready; exec sleep 1000");
        await File.WriteAllTextAsync(
            harness.Folder["late.sh"], "trap 'bash -c \"sleep 0.3; touch cleaned\"; exit 7' TERM; while :; do sleep 0.02; done", TestContext.Current.CancellationToken);
        var late = harness.Start(task, "echo 1 > late; until [ -e go ]; do :; done; exec env $marker bash late.sh", isMarked: false);
        await harness.PidInAsync("ready");
        await harness.PidInAsync("late");
        Assert.Equal(1, harness.Isolation.Terminate(task));

        await File.WriteAllTextAsync(harness.Folder["go"], "", TestContext.Current.CancellationToken);
        await Eventually.IsTrueAsync("the late one to end", IsolationHarness.Patience, () => !harness.Isolation.TerminateRest(task) || late.HasExited);

        Assert.Equal(7, late.ExitCode);
        Assert.True(File.Exists(harness.Folder["cleaned"]), "What it started to clean up was told to end.");
    }

    [Fact]
    public async Task WhetherATaskIsOver_IsAnsweredByOneLookForAll_ThatWasBegunSince()
    {
        Assert.SkipUnless(CgroupV1Tests.IsUsable(), "Without cgroups a fork bomb would not be bounded.");
        var time = new FakeTimeProvider();
        using var harness = new IsolationHarness(_ => new SamplingIsolation(time), o => new CgroupV1Isolation(o));
        var (task, other) = (harness.Prepare(), harness.Prepare());
        harness.Start(other, "echo 1 > ready; exec sleep 1000");
        await harness.PidInAsync("ready");

        time.Advance(TimeSpan.FromSeconds(1));
        var since = time.GetTimestamp();
        Assert.True(harness.Isolation.IsEmpty(task, since));
        Assert.False(harness.Isolation.IsEmpty(other, since));
        harness.Start(task, "echo 1 > ready2; exec sleep 1000");
        await harness.PidInAsync("ready2");
        Assert.True(harness.Isolation.IsEmpty(task, since)); // By the same look.

        time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Null(harness.Isolation.IsEmpty(task, time.GetTimestamp()));
        time.Advance(TimeSpan.FromMilliseconds(40));
        Assert.False(harness.Isolation.IsEmpty(task, since));
    }
}
