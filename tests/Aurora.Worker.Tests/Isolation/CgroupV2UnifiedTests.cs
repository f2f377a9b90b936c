using System.Runtime.Versioning;
using Aurora.TestSupport;
using Aurora.Worker.Isolation;
using Aurora.Worker.Isolation.Cgroups;
using Xunit;

namespace Aurora.Worker.Tests.Isolation;

/// <summary>Membership and kill on a real v2 hierarchy, which needs no controllers (beside v1 it has none).</summary>
[SupportedOSPlatform("linux")]
public sealed class CgroupV2UnifiedTests
{
    [Fact]
    public async Task MembersAreCounted_Terminated_AndKilledWithWhatTheyFork()
    {
        using var harness = Create();
        var task = harness.Prepare();
        harness.Start(task, "(setsid bash -c \"echo \\$\\$ > daemon; exec sleep 1000\" &) ; trap : TERM; until [ -s daemon ]; do sleep 0.02; done; echo 1 > ready; while :; do sleep 0.02; done");
        await harness.PidInAsync("ready");
        var daemon = await harness.PidInAsync("daemon");
        Assert.InRange(harness.Isolation.Count(task), 2, 3);
        Assert.InRange(harness.Isolation.Terminate(task), 2, 3);
        await Eventually.IsTrueAsync("the daemon to end", IsolationHarness.Patience, () => !IsolationHarness.Lives(daemon));
        Assert.InRange(harness.Isolation.Count(task), 1, 2);
        Assert.True(harness.Isolation.Read(task)?.CpuSecs > 0);
        await harness.NothingLeftAsync(task);
        harness.Isolation.Remove(task);
    }

    [Fact]
    public async Task WhatIsUnknown_IsRemoved()
    {
        using var harness = Create();
        var (known, unknown) = (harness.Prepare(), harness.Prepare());
        harness.Start(unknown, "echo 1 > ready; exec sleep 1000");
        await harness.PidInAsync("ready");
        Assert.Equal([unknown], harness.Isolation.RemoveOthers(new HashSet<string> { known }));
        Assert.NotNull(harness.Isolation.Read(known));
    }

    private static IsolationHarness Create()
    {
        var root = new[] { "/sys/fs/cgroup/unified", "/sys/fs/cgroup" }.FirstOrDefault(r => File.Exists($"{r}/cgroup.controllers"));
        Assert.SkipWhen(root is null || Environment.UserName != "root", "No v2 hierarchy that can be written.");
        return new IsolationHarness(o => new CgroupV2Isolation(o with { Root = root! }, []));
    }
}
