using Aurora.Core.Configuration;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Worker.Processes;

namespace Aurora.Worker.Tasks;

/// <summary>How far one process of a task has come: its last run, and what earlier runs count for.</summary>
/// <param name="Configuration">What it is.</param>
internal sealed record ProcessProgress(ProcessConfiguration Configuration)
{
    /// <summary>The last run, from 0; -1 before the first.</summary>
    public int Run { get; init; } = -1;

    /// <summary>The last run's state; WAITING before the first.</summary>
    public ProcessState State { get; init; } = ProcessState.Waiting;

    /// <summary>The last run's process, once started.</summary>
    public ProcessIdentity? Identity { get; init; }

    /// <summary>When the last run started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the last run ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The last run's exit code, when it exited.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended the last run, when one did.</summary>
    public int? Signal { get; init; }

    /// <summary>The processor time that the last run used, in seconds, where it is known.</summary>
    public double? CpuSecs { get; init; }

    /// <summary>The last run's greatest resident size, in bytes, where it is known.</summary>
    public long? RamPeak { get; init; }

    /// <summary>How many runs failed.</summary>
    public int Failures { get; init; }

    /// <summary>Whether it succeeded and releases its successors.</summary>
    public bool Finished { get; init; }

    /// <summary>Why it has failed for good, as a sentence; null when it has not.</summary>
    public string? FailedBecause { get; init; }

    /// <summary>The process's name.</summary>
    public string Name => Configuration.Name;

    /// <summary>Whether a run is about to start or runs.</summary>
    public bool IsLive => State is ProcessState.Forked or ProcessState.Running;

    /// <summary>Whether nothing more will come of it by itself.</summary>
    public bool IsDone => Finished || FailedBecause is not null;

    /// <summary>The earliest time of the next run: <c>min_duration</c> after the end of the last one (aurora-spec section 3.2).</summary>
    public DateTimeOffset DueAt =>
        EndedAt is { } ended ? ended + TimeSpan.FromSeconds(Configuration.MinDuration) : DateTimeOffset.MinValue;

    /// <summary>The process as the broker hears of it.</summary>
    /// <returns>The report.</returns>
    public ProcessReport ToReport() => new()
    {
        Name = Name,
        Run = Math.Max(Run, 0),
        State = State,
        Pid = Identity?.Pid,
        StartedAt = StartedAt,
        EndedAt = EndedAt,
        ExitCode = ExitCode,
        Signal = Signal,
        CpuSecs = CpuSecs,
        RamPeak = RamPeak,
    };
}
