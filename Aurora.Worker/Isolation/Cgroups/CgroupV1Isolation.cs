using System.Runtime.Versioning;
using Aurora.Shim.Trees;

namespace Aurora.Worker.Isolation.Cgroups;

/// <summary>
/// cgroup v1: a task has a group in each of the hierarchies <c>pids</c>, <c>memory</c>, <c>cpu</c> and <c>cpuacct</c> (which may be mounted together).
/// Weak: a process is moved from hierarchy to hierarchy, not in one step; members are told by <c>pids</c> alone.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class CgroupV1Isolation : CgroupIsolation
{
    private const long PeriodMicroseconds = 100_000;
    private const long SmallestQuota = 1_000;

    private readonly string _pids;
    private readonly string _memory;
    private readonly string _cpu;
    private readonly string _accounting;

    /// <summary>Makes it; touches nothing yet.</summary>
    /// <param name="options">Where and how.</param>
    public CgroupV1Isolation(IsolationOptions options)
        : base(options, [.. Controllers.Select(c => Hierarchy(options.Root, c))], Controllers[0])
    {
        (_pids, _memory) = (Hierarchy(options.Root, "pids"), Hierarchy(options.Root, "memory"));
        (_cpu, _accounting) = (Hierarchy(options.Root, "cpu"), Hierarchy(options.Root, "cpuacct"));
        Attributes = IsolationAttributes.OfGroups(IsolationAttributes.CgroupV1, options.CpuQuota);
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Attributes { get; }

    /// <inheritdoc/>
    protected override bool OpensFolders => false;

    private static string[] Controllers { get; } = ["pids", "memory", "cpu", "cpuacct"];

    /// <summary>Whether all four hierarchies are there.</summary>
    /// <param name="root">Where cgroups are mounted.</param>
    /// <returns>True when they are.</returns>
    public static bool AreMounted(string root) => Controllers.All(c => File.Exists(Path.Combine(root, c, "tasks")));

    /// <inheritdoc/>
    public override GroupEntry? EntryOf(string taskId)
    {
        var name = NameOf(taskId);
        return new GroupEntry([.. new[] { _pids, _memory, _cpu, _accounting }.Distinct().Select(h => FileOf(h, name, "tasks"))], GroupEntryWay.SpawningThread);
    }

    /// <inheritdoc/>
    public override double? ReadProcessorTime(string taskId) => ProcessorTime(NameOf(taskId));

    /// <inheritdoc/>
    protected override string? Apply(string name, TaskLimits limits)
    {
        var quota = limits.CpuQuota ? Math.Max(SmallestQuota, (long)(limits.Cpu * PeriodMicroseconds)) : -1;
        return ApplyMemory(name, limits.RamLimit)
            ?? CgroupFile.Write(FileOf(_cpu, name, "cpu.shares"), CpuShares.Of(limits.Cpu))
            ?? ApplyQuota(name, quota)
            ?? CgroupFile.Write(FileOf(_pids, name, "pids.max"), limits.MaxProcesses);
    }

    /// <inheritdoc/>
    protected override TaskUsage? ReadGroup(string name) => CgroupFile.ReadNumber(FileOf(_memory, name, "memory.usage_in_bytes")) is not { } ram ? null : new TaskUsage
    {
        CpuSecs = ProcessorTime(name) ?? 0,
        Ram = ram,
        RamPeak = Math.Max(ram, CgroupFile.ReadNumber(FileOf(_memory, name, "memory.max_usage_in_bytes")) ?? 0),
        Processes = (int)(CgroupFile.ReadNumber(FileOf(_pids, name, "pids.current")) ?? 0),
        OutOfMemoryKills = CgroupFile.ReadNumber(FileOf(_memory, name, "memory.oom_control"), "oom_kill") ?? 0,
        RefusedProcesses = CgroupFile.ReadNumber(FileOf(_pids, name, "pids.events"), "max") ?? 0,
    };

    /// <inheritdoc/>
    protected override string? Open(string folder) => null;

    // The kernel counts who is in the group until it is reaped, groups in it included, and threads as well.
    /// <inheritdoc/>
    protected override bool IsSurelyEmpty(string name) => CgroupFile.ReadNumber(FileOf(_pids, name, "pids.current")) == 0;

    /// <inheritdoc/>
    protected override bool KillAtOnce(string name)
    {
        // A fork bomb starts processes as fast as they are ended, unless it may start none. Preparing the task again gives it its limit back.
        _ = CgroupFile.Write(FileOf(_pids, name, "pids.max"), 0);
        return false;
    }

    private double? ProcessorTime(string name) => CgroupFile.ReadNumber(FileOf(_accounting, name, "cpuacct.usage")) / 1e9;

    private string? ApplyMemory(string name, long limit)
    {
        // With swap counted, the limit of memory and swap together must never be the lower one, not even between two writes. It is not there where swap is not counted.
        var memory = FileOf(_memory, name, "memory.limit_in_bytes");
        var withSwap = FileOf(_memory, name, "memory.memsw.limit_in_bytes");
        return CgroupFile.ReadNumber(withSwap) switch
        {
            null => CgroupFile.Write(memory, limit),
            { } old when old < limit => CgroupFile.Write(withSwap, limit) ?? CgroupFile.Write(memory, limit),
            _ => CgroupFile.Write(memory, limit) ?? CgroupFile.Write(withSwap, limit),
        };
    }

    private string? ApplyQuota(string name, long quota)
    {
        var file = FileOf(_cpu, name, "cpu.cfs_quota_us");

        // A kernel without bandwidth control has no such file; that matters only to a task with a hard limit. A new group has none, and taking it away costs the kernel much.
        return quota < 0 && ProcFs.ReadText(file) is null or "-1\n"
            ? null
            : CgroupFile.Write(FileOf(_cpu, name, "cpu.cfs_period_us"), PeriodMicroseconds) ?? CgroupFile.Write(file, quota);
    }

    private static string Hierarchy(string root, string controller)
    {
        // Controllers that are mounted together have links of their own names beside the mount.
        var path = Path.Combine(root, controller);
        return Directory.Exists(path) ? Directory.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
    }
}
