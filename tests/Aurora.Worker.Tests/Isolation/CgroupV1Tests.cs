using System.Runtime.Versioning;
using Aurora.TestSupport;
using Aurora.Worker.Isolation;
using Aurora.Worker.Isolation.Cgroups;
using Xunit;

namespace Aurora.Worker.Tests.Isolation;

/// <summary>The contract on this machine's cgroup v1, and what only a kernel that enforces can show.</summary>
[SupportedOSPlatform("linux")]
public sealed class CgroupV1Tests : IsolationContract
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected override IsolationHarness Create()
    {
        Assert.SkipUnless(IsUsable(), "cgroup v1 cannot be used here: it is not mounted, or this is not root.");
        return new IsolationHarness(o => new CgroupV1Isolation(o));
    }

    internal static bool IsUsable()
    {
        if (!CgroupV1Isolation.AreMounted("/sys/fs/cgroup"))
        {
            return false;
        }

        var probe = new CgroupV1Isolation(new IsolationOptions { Parent = $"aurora-test-{Environment.ProcessId}", WorkerName = $"probe-{Guid.NewGuid():N}" });
        var usable = probe.Try() is null;
        probe.Close();
        return usable;
    }

    [Fact]
    public async Task AMemoryHog_IsEndedByTheKernel_AndCounted()
    {
        using var harness = Create();
        var task = harness.Prepare(IsolationHarness.Limits(ram: 16 << 20));
        var hog = harness.Start(task, "x=$(head -c 100000000 /dev/zero | tr \"\\\\0\" x); echo survived > survived");
        await hog.WaitForExitAsync(Cancel).WaitAsync(IsolationHarness.Patience, Cancel);
        Assert.False(File.Exists(harness.Folder["survived"]));
        var usage = harness.Isolation.Read(task);
        Assert.InRange(usage!.OutOfMemoryKills, 1, 10);
        Assert.InRange(usage.RamPeak, 8 << 20, 16 << 20);
        Assert.StartsWith("AUR4006 memory: used 16.0 MB of 16.0 MB granted", LimitCheck.Breach(IsolationHarness.Limits(ram: 16 << 20), null, usage, null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AForkBeyondTheLimit_IsRefused_AndCounted()
    {
        using var harness = Create();
        var task = harness.Prepare(IsolationHarness.Limits(maxProcesses: 4));
        harness.Start(task, "echo 1 > ready; for i in 1 2 3 4 5 6; do sleep 1000 & done; wait");
        await Eventually.IsTrueAsync("a refusal", IsolationHarness.Patience, () => harness.Isolation.Read(task)?.RefusedProcesses > 0);
        Assert.InRange(harness.Isolation.Read(task)!.Processes, 1, 4);
    }

    [Fact]
    public void Limits_AreAppliedAgain_UpAndDown()
    {
        using var harness = Create();
        var task = harness.Prepare(new TaskLimits(0.5, true, 32 << 20, 8 << 20, 0, 10));
        Assert.Equal((40 << 20, 512, 50_000, 10), Applied(harness, task));
        Assert.Null(harness.Isolation.Prepare(task, new TaskLimits(4, false, 64 << 20, 8 << 20, 0, 20)));
        Assert.Equal((72 << 20, 4096, -1, 20), Applied(harness, task));
        Assert.Null(harness.Isolation.Prepare(task, new TaskLimits(0, true, 16 << 20, 0, 0, 5)));
        Assert.Equal((16 << 20, 2, 1000, 5), Applied(harness, task));
    }

    [Fact]
    public void AfterTheEnd_NothingOfTheWorkerIsLeft()
    {
        using var harness = Create();
        var task = harness.Prepare();
        harness.Isolation.Remove(task);
        Assert.Null(harness.Isolation.Read(task));
        harness.Isolation.Close();
        Assert.All(new[] { "pids", "memory", "cpu", "cpuacct" }, c => Assert.False(Directory.Exists($"/sys/fs/cgroup/{c}/{harness.Options.Parent}/{harness.Options.WorkerName}")));
    }

    [Fact]
    public void TheEnd_LeavesGroupsOfTasks_AndOfOtherWorkers()
    {
        using var harness = Create();
        var other = new CgroupV1Isolation(harness.Options with { WorkerName = $"{harness.Options.WorkerName}-2" });
        var task = harness.Prepare();
        Assert.Null(other.Prepare("t-other", IsolationHarness.Limits()));
        harness.Isolation.Close();
        Assert.Empty(harness.Isolation.RemoveOthers(new HashSet<string> { task }));
        Assert.NotNull(harness.Isolation.Read(task));
        Assert.NotNull(other.Read("t-other"));
        other.Remove("t-other");
        other.Close();
    }

    [Fact]
    public void ATaskIdThatLeadsOut_IsRefused()
    {
        using var harness = Create();
        Assert.Throws<ArgumentException>(() => harness.Isolation.Kill("../other"));
        Assert.Throws<ArgumentException>(() => new CgroupV1Isolation(harness.Options with { Parent = "a/../b" }));
    }

    [Fact]
    public async Task AThreadThatSpawnsInTheGroup_DoesNotMakeItsProcessAMember()
    {
        using var harness = Create();
        var task = harness.Prepare();
        using var entered = new SemaphoreSlim(0);
        using var leave = new SemaphoreSlim(0);
        var thread = new Thread(() =>
        {
            harness.Isolation.EntryOf(task)!.Files.ToList().ForEach(f => CgroupFile.Write(f, "0"));
            entered.Release();
            leave.Wait();
            harness.Isolation.EntryOf(task)!.Files.ToList().ForEach(f => CgroupFile.Write(f.Replace($"/{harness.Options.Parent}/{harness.Options.WorkerName}/{task}", "", StringComparison.Ordinal), "0"));
        });
        thread.Start();
        await entered.WaitAsync(Cancel);
        try
        {
            Assert.Equal([Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)], CgroupFile.ReadWords($"/sys/fs/cgroup/pids/{harness.Options.Parent}/{harness.Options.WorkerName}/{task}/cgroup.procs"));
            Assert.Equal(0, harness.Isolation.Count(task));
        }
        finally
        {
            leave.Release();
            thread.Join();
        }
    }

    [Fact]
    public void TheChoice_IsGroupsWhereTheyCanBeMade_AndSamplingWhereTheyAreNotAllowed()
    {
        using var harness = Create();
        var chosen = TaskIsolations.Choose(harness.Options with { CpuQuota = true }, new Processes.TestLogger());
        Assert.Equal(("cgroup_v1", "quota"), (chosen.Attributes["isolation"], chosen.Attributes["enforces_cpu"]));
        var sampling = TaskIsolations.Choose(harness.Options with { AllowGroups = false }, new Processes.TestLogger());
        Assert.Equal(("sampling", "none"), (sampling.Attributes["isolation"], sampling.Attributes["enforces_cpu"]));
    }

    private static (long Memory, long Shares, long Quota, long Processes) Applied(IsolationHarness harness, string task)
    {
        long Value(string controller, string file) => long.Parse(
            File.ReadAllText($"/sys/fs/cgroup/{controller}/{harness.Options.Parent}/{harness.Options.WorkerName}/{task}/{file}"), System.Globalization.CultureInfo.InvariantCulture);
        var memory = Value("memory", "memory.limit_in_bytes");
        Assert.Equal(memory, Value("memory", "memory.memsw.limit_in_bytes"));
        return (memory, Value("cpu", "cpu.shares"), Value("cpu", "cpu.cfs_quota_us"), Value("pids", "pids.max"));
    }
}
