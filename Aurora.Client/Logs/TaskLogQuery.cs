using Aurora.Core.Jobs;

namespace Aurora.Client.Logs;

/// <summary>Which bytes of what a process wrote are asked for.</summary>
/// <param name="TaskId">The task.</param>
public sealed record TaskLogQuery(TaskId TaskId)
{
    /// <summary>The greatest chunk that a broker gives at once, in bytes.</summary>
    public const int LargestChunk = 1024 * 1024;

    /// <summary>The process's name; null for the one that tells most: the last failed, else the last started.</summary>
    public string? Process { get; init; }

    /// <summary>The run, from 0; null for the last.</summary>
    public int? Run { get; init; }

    /// <summary><c>stdout</c> (default) or <c>stderr</c>.</summary>
    public string Stream { get; init; } = "stdout";

    /// <summary>From which byte; negative counts from the end of the file.</summary>
    public long Offset { get; init; }

    /// <summary>The size of a chunk in bytes, 1 to <see cref="LargestChunk"/>; default 256 KiB.</summary>
    public int MaxBytes { get; init; } = 256 * 1024;
}
