namespace Aurora.Worker.Isolation;

/// <summary>What a task as a whole has used and uses, at one moment. Counters count from the group's creation (sampling: from the first sample of this agent).</summary>
internal sealed record TaskUsage
{
    /// <summary>Processor time, in seconds.</summary>
    public double CpuSecs { get; init; }

    /// <summary>Memory now, in bytes.</summary>
    public long Ram { get; init; }

    /// <summary>The most memory at once, in bytes.</summary>
    public long RamPeak { get; init; }

    /// <summary>Processes and threads now.</summary>
    public int Processes { get; init; }

    /// <summary>How many of its processes the kernel killed because the memory limit was reached.</summary>
    public long OutOfMemoryKills { get; init; }

    /// <summary>How often the kernel refused it another process.</summary>
    public long RefusedProcesses { get; init; }
}
