namespace Aurora.Worker.Isolation.Sampling;

/// <summary>What the looks at one task's processes add up to. Touched under its isolation's lock only.</summary>
internal sealed class SampledTask
{
    private const double TicksPerSecond = 100;

    private Dictionary<(int Pid, long StartTime), long> _ticks = [];
    private long _totalTicks;

    /// <summary>The use at the latest look.</summary>
    public TaskUsage Usage { get; private set; } = new();

    /// <summary>Adds a look.</summary>
    /// <param name="members">The task's living processes.</param>
    public void Add(IReadOnlyList<ProcessSample> members)
    {
        var ticks = new Dictionary<(int Pid, long StartTime), long>(members.Count);
        var pages = 0L;
        foreach (var member in members)
        {
            _totalTicks += Math.Max(0, member.CpuTicks - _ticks.GetValueOrDefault(member.Identity));
            ticks[member.Identity] = member.CpuTicks;
            pages += member.ResidentPages;
        }

        _ticks = ticks;
        var ram = pages * Environment.SystemPageSize;
        Usage = new TaskUsage
        {
            CpuSecs = _totalTicks / TicksPerSecond,
            Ram = ram,
            RamPeak = Math.Max(Usage.RamPeak, ram),
            Processes = members.Count,
        };
    }
}
