using Aurora.Core.Jobs;

namespace Aurora.Client.Files;

/// <summary>Which bytes of which file of a task's sandbox are asked for.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Path">The file, relative to the sandbox, parts divided by <c>/</c>.</param>
public sealed record TaskFileQuery(TaskId TaskId, string Path)
{
    /// <summary>The greatest chunk that a worker gives at once, in bytes.</summary>
    public const int LargestChunk = 1024 * 1024;

    /// <summary>From which byte; negative counts from the end of the file.</summary>
    public long Offset { get; init; }

    /// <summary>The size of a chunk in bytes, 1 to <see cref="LargestChunk"/>; default 256 KiB.</summary>
    public int MaxBytes { get; init; } = 256 * 1024;
}
