using System.Globalization;
using System.Runtime.Versioning;
using Aurora.Core.Errors;
using Aurora.Shim.Groups;
using Aurora.Shim.Native;
using Aurora.TestSupport;
using Aurora.Worker.Isolation;
using Aurora.Worker.Processes;
using Xunit;

namespace Aurora.Worker.Tests.Processes;

/// <summary>How a process comes into its control group.</summary>
[SupportedOSPlatform("linux")]
public sealed class LinuxGroupTests
{
    private static readonly string[] Hierarchies = ["/sys/fs/cgroup/memory", "/sys/fs/cgroup/pids", "/sys/fs/cgroup/cpu"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AProcessIsInItsGroup_FromItsFirstInstruction_AndTheGroupCanBeRemovedAfterwards()
    {
        using var groups = new Groups(Hierarchies);
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        var name = groups.Add();
        var exit = await harness.RunAsync(harness.Request(key, "/bin/cat", "/proc/self/cgroup") with { Group = Groups.EntryOf(groups.Of(name)) });
        Assert.Equal(0, exit.ExitCode);
        var lines = (await harness.ReadLog(key)).Split('\n');
        foreach (var controller in Hierarchies.Select(Path.GetFileName))
        {
            Assert.Single(lines, l => l.EndsWith($":{controller}:/{name}", StringComparison.Ordinal));
        }

        // No thread of the shim stays inside, and a plain launch after it is not in any task's group.
        groups.Of(name).ForEach(Directory.Delete);
        key = harness.Key("plain");
        await harness.RunAsync(harness.Request(key, "/bin/cat", "/proc/self/cgroup"));
        Assert.Equal(await File.ReadAllTextAsync("/proc/self/cgroup", Cancel), await harness.ReadLog(key));
    }

    [Fact]
    public async Task FiftyLaunchesAtOnce_NeverMixTheirGroups()
    {
        using var groups = new Groups(Hierarchies);
        await using var harness = new LauncherHarness();
        var names = Enumerable.Range(0, 50).Select(_ => groups.Add()).ToList();
        var requests = names.Select((name, i) => harness.Request(harness.Key("p", i), "/bin/cat", "/proc/self/cgroup") with { Group = Groups.EntryOf(groups.Of(name)) }).ToList();
        var plain = Enumerable.Range(0, 50).Select(i => harness.Request(harness.Key("plain", i), "/bin/cat", "/proc/self/cgroup")).ToList();
        await Task.WhenAll(requests.Zip(plain).SelectMany(p => new[] { harness.RunAsync(p.First), harness.RunAsync(p.Second) }));
        for (var i = 0; i < names.Count; i++)
        {
            var log = await harness.ReadLog(requests[i].Key);
            Assert.Equal(Hierarchies.Length, log.Split('\n').Count(l => l.EndsWith($":/{names[i]}", StringComparison.Ordinal)));
            Assert.DoesNotContain("aurora-test-", await harness.ReadLog(plain[i].Key), StringComparison.Ordinal);
        }

        // Neither side keeps a group's file open.
        foreach (var process in new[] { Environment.ProcessId, harness.ShimPid() })
        {
            var open = Directory.EnumerateFiles($"/proc/{process}/fd").Select(f => new FileInfo(f).LinkTarget ?? "");
            Assert.DoesNotContain(open, f => names.Exists(n => f.Contains(n, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task AGroupThatIsNotThere_OrCannotBeEntered_RefusesTheLaunch()
    {
        using var groups = new Groups(Hierarchies);
        await using var harness = new LauncherHarness();
        var missing = await harness.Launcher.LaunchAsync(
            harness.Shell(harness.Key(), "echo ran > ran") with { Group = Groups.EntryOf(["/sys/fs/cgroup/memory/no-such-group"]) }, Cancel);
        Assert.Equal(ErrorCodes.LaunchFailed, missing.Fault?.Code);
        Assert.Contains("/sys/fs/cgroup/memory/no-such-group/tasks cannot be opened: No such file", missing.Fault?.Rule, StringComparison.Ordinal);

        // No thread comes into a group that may hold none; the first hierarchy is left again.
        var name = groups.Add();
        var (memory, pids) = (groups.Of(name)[0], groups.Of(name)[1]);
        await File.WriteAllTextAsync($"{pids}/pids.max", "0", Cancel);
        var full = await harness.Launcher.LaunchAsync(
            harness.Shell(harness.Key(), "echo ran > ran") with { Group = new([$"{memory}/tasks", $"{pids}/tasks"], GroupEntryWay.SpawningThread) }, Cancel);
        Assert.Contains("Resource temporarily unavailable", full.Fault?.Rule, StringComparison.Ordinal);
        var noCgroup = await harness.Launcher.LaunchAsync(
            harness.Shell(harness.Key(), "echo ran > ran") with { Group = new(["/dev/null"], GroupEntryWay.SpawningThread) }, Cancel);
        Assert.Contains("could not come back", noCgroup.Fault?.Rule, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(harness.Work, "ran")));
        Assert.Empty(await File.ReadAllTextAsync($"{memory}/tasks", Cancel));
        Assert.Empty(await File.ReadAllTextAsync($"{pids}/tasks", Cancel));

        // A refused key may be tried again.
        Assert.Equal(3, (await harness.RunAsync(harness.ExitingWith(harness.Key(), 3))).ExitCode);
    }

    [Fact]
    public async Task ARepeatedLaunch_StartsNothing_AndLeavesNoFileOpen()
    {
        using var groups = new Groups(Hierarchies);
        await using var harness = new LauncherHarness();
        var request = harness.Waiting(harness.Key()) with { Group = Groups.EntryOf(groups.Of(groups.Add())) };
        var identity = await harness.StartAsync(request);
        Assert.Equal(0, Libc.Kill(harness.ShimPid(), Libc.Sigkill));
        var again = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => harness.StartAsync(request)));
        Assert.All(again, a => Assert.Equal(identity, a));
        Assert.Single(harness.Survivors());
        var open = Directory.EnumerateFiles($"/proc/{harness.ShimPid()}/fd").Select(f => new FileInfo(f).LinkTarget ?? "");
        Assert.DoesNotContain(open, f => f.Contains("aurora-test-", StringComparison.Ordinal));
        await harness.Launcher.KillAsync(request.Key, Cancel);
        Assert.Empty(harness.Survivors());
    }

    [Fact]
    public async Task AChildOfVersionTwo_WritesItselfIntoItsGroup_AndKeepsItsArgumentsAndFiles()
    {
        using var groups = new Groups("/sys/fs/cgroup/unified");
        await using var harness = new LauncherHarness();
        var name = groups.Add();
        var entry = new GroupEntry([$"{groups.Of(name)[0]}/cgroup.procs"], GroupEntryWay.Child);
        var key = harness.Key();
        var identity = await harness.StartAsync(harness.Shell(key, "echo $$ \"$1\"; ls -m /proc/$$/fd; cat /proc/$$/cgroup; exit 5") with
        {
            Group = entry,
            Arguments = ["/bin/bash", "-c", "echo $$ \"$1\"; ls -m /proc/$$/fd; cat /proc/$$/cgroup; exit 5", "name", "a 'b' $c"],
        });
        Assert.Equal(5, (await harness.ExitOf(key)).ExitCode);
        var lines = (await harness.ReadLog(key)).Split('\n');
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{identity.Pid} a 'b' $c"), lines[0]);
        Assert.Equal("0, 1, 2", lines[1]);
        Assert.Contains($"0::/{name}", lines);
    }

    [Fact]
    public async Task AChildThatCannotEnterItsGroup_NeverExecutesItsProgram()
    {
        using var groups = new Groups("/sys/fs/cgroup/unified");
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        var exit = await harness.RunAsync(harness.Shell(key, "echo ran > ran") with { Group = new(["/dev/full"], GroupEntryWay.Child) });
        Assert.Equal(126, exit.ExitCode);
        Assert.Contains("could not enter its control group", await harness.ReadLog(key, "stderr"), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(harness.Work, "ran")));
    }

    [Fact]
    public async Task WhereThereIsNoGroup_TheNumberOfProcessesIsBounded()
    {
        await using var harness = new LauncherHarness();
        var key = harness.Key();
        await harness.StartAsync(harness.Shell(key, "until [ -e go ]; do sleep 0.02; done; ulimit -u; ulimit -Hu") with
        {
            Limits = new TaskLimits(1, CpuQuota: false, 1, 1, 1, MaxProcesses: 1000),
        });
        await File.WriteAllTextAsync(Path.Combine(harness.Work, "go"), "", Cancel);
        await harness.ExitOf(key);
        var bounds = (await harness.ReadLog(key)).Trim().Split('\n').Select(b => int.Parse(b, CultureInfo.InvariantCulture)).ToList();
        Assert.All(bounds, b => Assert.InRange(b, 2001, 4000));
        Assert.Equal(2, bounds.Count);
    }

    [Fact]
    public async Task WhatTheRoleHasStartedJustNow_DoesNotNarrowTheBoundOfTheNextRun()
    {
        var limits = new TaskLimits(1, CpuQuota: false, 1, 1, 1, MaxProcesses: 100);
        await using var harness = new LauncherHarness();
        var first = harness.Key("first");
        await harness.StartAsync(harness.Shell(first, "ulimit -u > bound; for i in $(seq 60); do sleep 300 & done; echo > started; wait") with { Limits = limits });
        await Eventually.IsTrueAsync("sixty to be started", TimeSpan.FromSeconds(30), () => File.Exists(Path.Combine(harness.Work, "started")));
        var second = harness.Key("second");
        await harness.RunAsync(harness.Shell(second, "ulimit -u") with { Limits = limits });
        await harness.Launcher.KillAsync(first, Cancel);

        var bounds = new[] { await File.ReadAllTextAsync(Path.Combine(harness.Work, "bound"), Cancel), await harness.ReadLog(second) };
        var (before, after) = (int.Parse(bounds[0], CultureInfo.InvariantCulture), int.Parse(bounds[1], CultureInfo.InvariantCulture));
        Assert.InRange(after - before, 45, 1000); // Others of the machine's processes may end meanwhile.
    }

    [Fact]
    public void OwnGroupsAreFound_AlsoWhereOnlyAPartOfAHierarchyIsMounted()
    {
        const string cgroup = "4:memory:/docker/a/b\n3:cpu,cpuacct:/\n2:pids:/other\n1:name=systemd:/docker\n0::/docker\n";
        const string mounts = """
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            32 31 0:29 /docker/a /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
            33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
            34 31 0:31 /docker /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
            35 31 0:32 /docker /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd
            36 31 0:33 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
            """;
        Assert.Equal(
            ["/sys/fs/cgroup/memory/b/tasks", "/sys/fs/cgroup/cpu,cpuacct/tasks", "/sys/fs/cgroup/systemd/tasks"], CgroupPaths.OwnTasks(cgroup, mounts));
    }

    /// <summary>Groups of this test, in some hierarchies; skips the test where they cannot be made.</summary>
    private sealed class Groups : IDisposable
    {
        private readonly string[] _hierarchies;
        private readonly List<string> _names = [];

        public Groups(params string[] hierarchies)
        {
            _hierarchies = hierarchies;
            Assert.SkipUnless(Libc.EffectiveUser() == 0, "needs root");
            foreach (var hierarchy in hierarchies)
            {
                var file = hierarchies.Length == 1 ? "cgroup.procs" : "tasks";
                Assert.SkipUnless(File.Exists($"{hierarchy}/{file}"), $"needs control groups at {hierarchy}");
            }

            try
            {
                Add();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Assert.Skip($"needs writable control groups: {exception.Message}");
            }
        }

        public static GroupEntry EntryOf(List<string> folders) => new([.. folders.Select(f => $"{f}/tasks")], GroupEntryWay.SpawningThread);

        public string Add()
        {
            var name = $"aurora-test-{Guid.NewGuid():N}";
            _names.Add(name);
            Of(name).ForEach(f => Directory.CreateDirectory(f));
            return name;
        }

        public List<string> Of(string name) => [.. _hierarchies.Select(h => $"{h}/{name}")];

        public void Dispose() => _names.SelectMany(Of).Where(Directory.Exists).ToList().ForEach(Directory.Delete);
    }
}
