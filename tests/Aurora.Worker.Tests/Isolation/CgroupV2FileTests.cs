using System.Runtime.Versioning;
using Aurora.TestSupport;
using Aurora.Worker.Isolation;
using Aurora.Worker.Isolation.Cgroups;
using Xunit;

namespace Aurora.Worker.Tests.Isolation;

/// <summary>The files of v2, in a tree of ordinary files that looks like the kernel's.</summary>
[SupportedOSPlatform("linux")]
public sealed class CgroupV2FileTests : IDisposable
{
    private const string Task = "t-1";

    private readonly TemporaryFolder _folder = new("cgroup2");
    private readonly CgroupV2Isolation _isolation;

    public CgroupV2FileTests()
    {
        Put("cgroup.controllers", "cpuset cpu io memory hugetlb pids rdma\n");
        foreach (var folder in new[] { "", "aurora", "aurora/w-1" })
        {
            Put(Path.Combine(folder, "cgroup.subtree_control"), "\n");
        }

        foreach (var file in new[] { "memory.max", "memory.swap.max", "cpu.weight", "cpu.max", "pids.max" })
        {
            Put($"aurora/w-1/{Task}/{file}", "a longer text than any that is written\n");
        }

        _isolation = new CgroupV2Isolation(new IsolationOptions { Root = _folder.Path, WorkerName = "w-1" });
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AHierarchyWithTheControllersIsUsable_AndOneWithoutIsNot()
    {
        Assert.True(CgroupV2Isolation.IsMounted(_folder.Path));
        Put("cgroup.controllers", "cpu memory\n");
        Assert.False(CgroupV2Isolation.IsMounted(_folder.Path));
        Assert.False(CgroupV2Isolation.IsMounted(_folder["aurora"]));
    }

    [Theory]
    [InlineData(1, false, "39", "max 100000")]
    [InlineData(0.5, true, "20", "50000 100000")]
    [InlineData(0, true, "1", "1000 100000")]
    [InlineData(1000, false, "10000", "max 100000")]
    public void LimitsAreWritten(double cpu, bool quota, string weight, string max)
    {
        Assert.Null(_isolation.Prepare(Task, new TaskLimits(cpu, quota, 1 << 20, 128 << 20, 0, 100)));
        Assert.Equal(("135266304", "0", "100"), (Got("memory.max"), Got("memory.swap.max"), Got("pids.max")));
        Assert.Equal((weight, max), (Got("cpu.weight"), Got("cpu.max")));
    }

    [Fact]
    public void WithoutSwapAccounting_TheLimitsAreWrittenAllTheSame()
    {
        File.Delete(_folder[$"aurora/w-1/{Task}/memory.swap.max"]);
        Assert.Null(_isolation.Prepare(Task, IsolationHarness.Limits()));
        Assert.False(File.Exists(_folder[$"aurora/w-1/{Task}/memory.swap.max"]));
    }

    [Fact]
    public void AControllerThatIsMissing_IsNamed()
    {
        File.Delete(_folder[$"aurora/w-1/{Task}/pids.max"]);
        var fault = _isolation.Prepare(Task, IsolationHarness.Limits());
        Assert.Equal("AUR4004", fault?.Code);
        Assert.Contains("pids.max", fault!.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void ANewGroup_IsGivenItsControllersFromTheRootDown()
    {
        Put("cgroup.subtree_control", "memory\n");
        Assert.NotNull(_isolation.Prepare("t-2", IsolationHarness.Limits()));
        Assert.Equal("+cpu +pids", File.ReadAllText(_folder["cgroup.subtree_control"]));
        Assert.Equal("+cpu +memory +pids", File.ReadAllText(_folder["aurora/cgroup.subtree_control"]));
        Assert.Equal("+cpu +memory +pids", File.ReadAllText(_folder["aurora/w-1/cgroup.subtree_control"]));
    }

    [Fact]
    public void UseIsRead()
    {
        Put($"aurora/w-1/{Task}/cpu.stat", "usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000\n");
        Put($"aurora/w-1/{Task}/memory.current", "1000\n");
        Put($"aurora/w-1/{Task}/memory.peak", "3000\n");
        Put($"aurora/w-1/{Task}/memory.events", "low 0\nhigh 0\nmax 9\noom 4\noom_kill 3\noom_group_kill 0\n");
        Put($"aurora/w-1/{Task}/pids.current", "7\n");
        Put($"aurora/w-1/{Task}/pids.events", "max 5\n");
        Assert.Equal(
            new TaskUsage { CpuSecs = 2.5, Ram = 1000, RamPeak = 3000, Processes = 7, OutOfMemoryKills = 3, RefusedProcesses = 5 }, _isolation.Read(Task));
    }

    [Fact]
    public void WithoutAPeak_TheMostThatWasSeenIsIt()
    {
        Put($"aurora/w-1/{Task}/cpu.stat", "usage_usec 1\n");
        foreach (var current in new[] { "500\n", "900\n", "200\n" })
        {
            Put($"aurora/w-1/{Task}/memory.current", current);
            _isolation.Read(Task);
        }

        Assert.Equal((200, 900), (_isolation.Read(Task)!.Ram, _isolation.Read(Task)!.RamPeak));
    }

    [Fact]
    public void TheWayIn_IsTheChilds()
    {
        var entry = _isolation.EntryOf(Task);
        Assert.Equal(GroupEntryWay.Child, entry?.Way);
        Assert.Equal([_folder[$"aurora/w-1/{Task}/cgroup.procs"]], entry?.Files);
    }

    [Fact]
    public void APidInTheFile_WhoseProcessIsElsewhere_IsNotSignalled()
    {
        Put($"aurora/w-1/{Task}/cgroup.procs", "1\n0\n2\n");
        Assert.Equal(0, _isolation.Count(Task));
        Assert.Equal(0, _isolation.Kill(Task));
    }

    private string Got(string file) => File.ReadAllText(_folder[$"aurora/w-1/{Task}/{file}"]);

    private void Put(string file, string text)
    {
        var path = Path.Combine(_folder.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
