using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.Versioning;

namespace Aurora.Worker.Isolation.Cgroups;

/// <summary>
/// cgroup v2: one hierarchy. Controllers must be handed down from group to group, which the kernel refuses in a group that has processes of its own (a container's root often has).
/// Swap is not allowed to a task where the kernel counts it, so that the memory limit means what it says.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class CgroupV2Isolation : CgroupIsolation
{
    private const long PeriodMicroseconds = 100_000;
    private const long SmallestQuota = 1_000;

    private readonly string _root;
    private readonly IReadOnlyList<string> _controllers;
    private readonly ConcurrentDictionary<string, long> _peaks = new(StringComparer.Ordinal);

    /// <summary>Makes it; touches nothing yet.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="controllers">The controllers that are needed; all three when null. With fewer, the limits of the others are not set.</param>
    public CgroupV2Isolation(IsolationOptions options, IReadOnlyList<string>? controllers = null)
        : base(options, [options.Root], "")
    {
        _root = options.Root;
        _controllers = controllers ?? Needed;
        Attributes = IsolationAttributes.OfGroups(IsolationAttributes.CgroupV2, options.CpuQuota);
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Attributes { get; }

    /// <inheritdoc/>
    protected override bool OpensFolders => true;

    private static string[] Needed { get; } = ["cpu", "memory", "pids"];

    /// <summary>Whether this is a v2 hierarchy with the controllers that are needed.</summary>
    /// <param name="root">Where cgroups are mounted.</param>
    /// <returns>True when it is.</returns>
    public static bool IsMounted(string root) => Needed.All(CgroupFile.ReadWords(Path.Combine(root, "cgroup.controllers")).Contains);

    /// <inheritdoc/>
    public override GroupEntry? EntryOf(string taskId) => new([FileOf(_root, NameOf(taskId), "cgroup.procs")], GroupEntryWay.Child);

    /// <inheritdoc/>
    public override double? ReadProcessorTime(string taskId) => ProcessorTime(NameOf(taskId));

    /// <inheritdoc/>
    protected override string? Apply(string name, TaskLimits limits)
    {
        var quota = limits.CpuQuota ? Math.Max(SmallestQuota, (long)(limits.Cpu * PeriodMicroseconds)).ToString(CultureInfo.InvariantCulture) : "max";
        return Write("memory", name, "memory.max", limits.RamLimit.ToString(CultureInfo.InvariantCulture))
            ?? (File.Exists(FileOf(_root, name, "memory.swap.max")) ? Write("memory", name, "memory.swap.max", "0") : null)
            ?? Write("cpu", name, "cpu.weight", CpuShares.WeightOf(limits.Cpu).ToString(CultureInfo.InvariantCulture))
            ?? Write("cpu", name, "cpu.max", $"{quota} {PeriodMicroseconds.ToString(CultureInfo.InvariantCulture)}")
            ?? Write("pids", name, "pids.max", limits.MaxProcesses.ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    protected override TaskUsage? ReadGroup(string name)
    {
        if (ProcessorTime(name) is not { } cpu)
        {
            return null;
        }

        // Kernels before 5.19 do not keep the peak; what was seen is then the best there is.
        var ram = CgroupFile.ReadNumber(FileOf(_root, name, "memory.current")) ?? 0;
        var seen = CgroupFile.ReadNumber(FileOf(_root, name, "memory.peak")) ?? _peaks.AddOrUpdate(name, ram, (_, old) => Math.Max(old, ram));
        return new TaskUsage
        {
            CpuSecs = cpu,
            Ram = ram,
            RamPeak = Math.Max(ram, seen),
            Processes = (int)(CgroupFile.ReadNumber(FileOf(_root, name, "pids.current")) ?? 0),
            OutOfMemoryKills = CgroupFile.ReadNumber(FileOf(_root, name, "memory.events"), "oom_kill") ?? 0,
            RefusedProcesses = CgroupFile.ReadNumber(FileOf(_root, name, "pids.events"), "max") ?? 0,
        };
    }

    /// <inheritdoc/>
    protected override string? Open(string folder)
    {
        var file = Path.Combine(folder, "cgroup.subtree_control");
        var missing = _controllers.Except(CgroupFile.ReadWords(file)).ToList();
        return missing.Count == 0 ? null : CgroupFile.Write(file, string.Join(' ', missing.Select(c => $"+{c}")));
    }

    /// <inheritdoc/>
    protected override bool IsSurelyEmpty(string name) => CgroupFile.ReadNumber(FileOf(_root, name, "cgroup.events"), "populated") == 0;

    /// <inheritdoc/>
    protected override bool KillAtOnce(string name)
    {
        // Since 5.14 the kernel ends a whole group, with what is being forked in it.
        if (CgroupFile.Write(FileOf(_root, name, "cgroup.kill"), 1) is null)
        {
            return true;
        }

        _ = Write("pids", name, "pids.max", "0");
        return false;
    }

    /// <inheritdoc/>
    protected override void Forget(string name) => _peaks.TryRemove(name, out _);

    private double? ProcessorTime(string name) => CgroupFile.ReadNumber(FileOf(_root, name, "cpu.stat"), "usage_usec") / 1e6;

    private string? Write(string controller, string name, string file, string value) =>
        _controllers.Contains(controller) ? CgroupFile.Write(FileOf(_root, name, file), value) : null;
}
