using System.Runtime.Versioning;
using Aurora.TestSupport;
using Aurora.Worker.Isolation;
using Aurora.Worker.Isolation.Cgroups;
using Aurora.Worker.Isolation.Sampling;
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
}
