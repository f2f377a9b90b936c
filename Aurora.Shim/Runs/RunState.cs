using Aurora.Shim.Pumps;

namespace Aurora.Shim.Runs;

/// <summary>What is known of one run. Immutable: each step gives a new state.</summary>
/// <param name="Key">The run.</param>
internal sealed record RunState(RunKey Key)
{
    /// <summary>The boot that the process belongs to; null while it was only intended.</summary>
    public string? BootId { get; init; }

    /// <summary>The process, its session's leader; 0 while it was only intended.</summary>
    public int Pid { get; init; }

    /// <summary>When the process started, in clock ticks since boot.</summary>
    public long StartTime { get; init; }

    /// <summary>When it was started, in milliseconds since 1970 (UTC).</summary>
    public long StartedAt { get; init; }

    /// <summary>Its end; null while it runs.</summary>
    public RunEnd? End { get; init; }

    /// <summary>When its end was seen, in clock ticks since boot; 0 when nobody saw it.</summary>
    public long EndedAtTicks { get; init; }

    /// <summary>True when it was seen at its end that nothing of it can be left: its group was empty, and no orphan had been handed to this process.</summary>
    public bool LeftNothing { get; init; }

    /// <summary>True when an earlier shim started it: then it is not a child of this one, and how it ends cannot be known.</summary>
    public bool Adopted { get; init; }

    /// <summary>What becomes of its stdout, when that goes through the shim.</summary>
    public PumpPlan? Output { get; init; }

    /// <summary>What becomes of its stderr, when that goes through the shim by itself.</summary>
    public PumpPlan? Error { get; init; }

    /// <summary>The streams that go through the shim.</summary>
    public IEnumerable<PumpPlan> Pumps => new[] { Output, Error }.OfType<PumpPlan>();

    /// <summary>True once a process stands behind it.</summary>
    public bool Started => Pid != 0;

    /// <summary>True while its process runs, as far as is known.</summary>
    public bool Running => Started && End is null;
}

/// <summary>How and when a run ended.</summary>
/// <param name="ExitCode">Its exit code, when it exited.</param>
/// <param name="Signal">The signal that ended it, if one did. Both are null when nobody saw the end.</param>
/// <param name="EndedAt">When, in milliseconds since 1970 (UTC).</param>
internal sealed record RunEnd(int? ExitCode, int? Signal, long EndedAt)
{
    /// <summary>What the run used; null when nobody saw the end.</summary>
    public ResourceUse? Use { get; init; }
}

/// <summary>What an ended process used, with those of its descendants that were waited for (getrusage).</summary>
/// <param name="CpuMicroseconds">Processor time, of user and system together.</param>
/// <param name="PeakKib">The greatest resident size of a single process, in KiB; 0 when it stayed below what the shim itself has held.</param>
internal sealed record ResourceUse(long CpuMicroseconds, long PeakKib);
