namespace Aurora.Worker.Isolation.Sampling;

/// <summary>What the looks at one task's processes add up to. Touched under its isolation's lock only.</summary>
internal sealed class SampledTask
{
    private const double TicksPerSecond = 100;

    private Dictionary<(int Pid, long StartTime), long> _ticks = [];
    private long _totalTicks;

    /// <summary>The use at the latest look.</summary>
    public TaskUsage Usage { get; private set; } = new();

    /// <summary>Who was told to end; null as long as nobody was.</summary>
    public Termination? Termination { get; set; }

    /// <summary>Adds a look.</summary>
    /// <param name="members">The task's living processes.</param>
    public void Add(IReadOnlyList<ProcessSample> members)
    {
        var ticks = new Dictionary<(int Pid, long StartTime), long>(members.Count);
        var (pages, threads) = (0L, 0);
        foreach (var member in members)
        {
            _totalTicks += Math.Max(0, member.CpuTicks - _ticks.GetValueOrDefault(member.Identity));
            ticks[member.Identity] = member.CpuTicks;
            pages += member.ResidentPages;
            threads += member.Threads; // As the kernel's limits count.
        }

        _ticks = ticks;
        var ram = pages * Environment.SystemPageSize;
        Usage = new TaskUsage
        {
            CpuSecs = _totalTicks / TicksPerSecond,
            Ram = ram,
            RamPeak = Math.Max(Usage.RamPeak, ram),
            Processes = threads,
        };
    }
}
