using System.Text.Json;
using Aurora.Shim.Native;
using Aurora.Worker.Sandbox;

namespace Aurora.Worker.Tasks;

/// <summary>
/// A task on disk. <c>task.json</c> is written before the order is acknowledged: to a temporary file that is flushed to the disk and then renamed, so that it is there whole or
/// not at all, also after a power failure. <c>checkpoint.jsonl</c> gets one line per fact and one write per step, without a flush to the disk: a killed agent
/// loses nothing that way, since the kernel has the bytes, and after a power failure no process is left that could be adopted; what a flush would cost
/// (the disk's latency, several times per task) buys only a better word than LOST for what ended in the last seconds before it.
/// One writer: the agent that holds the worker folder's lock, one step of a task after the other.
/// </summary>
internal static class TaskCheckpoint
{
    /// <summary>The greatest size of a checkpoint that is read, in bytes: a hundred runs of a thousand processes fit.</summary>
    public const long MaxLength = 64L * 1024 * 1024;

    /// <summary>Writes <c>task.json</c>. Its folder exists.</summary>
    /// <param name="folder">The task's folder.</param>
    /// <param name="definition">The task.</param>
    /// <exception cref="IOException">It could not be written.</exception>
    public static void WriteDefinition(TaskFolder folder, TaskDefinition definition)
    {
        var temporary = folder.Definition + ".tmp";
        using (var file = new FileStream(temporary, Options(FileMode.Create)))
        {
            file.Write(definition.ToUtf8());
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, folder.Definition, overwrite: true);
    }

    /// <summary>Appends facts, in one write.</summary>
    /// <param name="folder">The task's folder.</param>
    /// <param name="facts">The facts.</param>
    /// <exception cref="IOException">They could not be written; a part of a line may stand there, which the next append repairs.</exception>
    public static void Append(TaskFolder folder, IReadOnlyList<PlanEvent> facts)
    {
        using var bytes = new MemoryStream();
        foreach (var fact in facts)
        {
            JsonSerializer.Serialize(bytes, fact, TaskFileJson.Default.PlanEvent);
            bytes.WriteByte((byte)'\n');
        }

        // The usual case in three calls to the system; a FileStream takes nine, for each step of each task.
        if (OperatingSystem.IsLinux() && TryAppend(folder.Checkpoint, bytes.GetBuffer().AsSpan(0, (int)bytes.Length)))
        {
            return;
        }

        using var file = new FileStream(folder.Checkpoint, Options(FileMode.Append));
        var before = file.Length;
        try
        {
            file.Write(bytes.GetBuffer(), 0, (int)bytes.Length);
        }
        catch (IOException)
        {
            file.SetLength(before);
            throw;
        }
    }

    /// <summary>Reads a task back. A last line without its end is what a write in the moment of death leaves; it is cut off. Anything else that cannot be read makes the task unreadable.</summary>
    /// <param name="folder">The task's folder.</param>
    /// <returns>The task, or why it cannot be read.</returns>
    public static CheckpointReading Read(TaskFolder folder)
    {
        try
        {
            return TaskDefinition.Parse(File.ReadAllBytes(folder.Definition)) is { } definition
                ? Replay(folder, definition)
                : CheckpointReading.Broken(folder, null, "task.json has a version or a shape that this release does not know");
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException or NotSupportedException)
        {
            return CheckpointReading.Broken(folder, null, $"task.json cannot be read: {e.Message}");
        }
    }

    private static CheckpointReading Replay(TaskFolder folder, TaskDefinition definition)
    {
        var plan = definition.BeginPlan();
        var line = 0;
        try
        {
            var bytes = ReadWholeLines(folder.Checkpoint);
            foreach (var range in bytes.AsSpan().Split((byte)'\n'))
            {
                var text = bytes.AsSpan(range);
                line++;
                if (text.IsEmpty)
                {
                    continue;
                }

                var fact = JsonSerializer.Deserialize(text, TaskFileJson.Default.PlanEvent);
                if (fact is null || plan.Apply(fact) is not { } next)
                {
                    return CheckpointReading.Broken(folder, definition, $"line {line} of checkpoint.jsonl does not follow from the lines before it");
                }

                plan = next;
            }

            return new CheckpointReading(folder, definition, plan, null);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException or NotSupportedException)
        {
            return CheckpointReading.Broken(folder, definition, $"line {line} of checkpoint.jsonl cannot be read: {e.Message}");
        }
    }

    /// <summary>Appends in one write.</summary>
    /// <returns>False when nothing was written; then the careful way says why.</returns>
    private static unsafe bool TryAppend(string path, ReadOnlySpan<byte> bytes)
    {
        var descriptor = Libc.Open(path, Libc.OpenWriteOnly | Libc.OpenAppend | Libc.OpenCreate | Libc.OpenCloseOnExec, 0x180);
        if (descriptor < 0)
        {
            return false;
        }

        try
        {
            fixed (byte* start = bytes)
            {
                var written = Libc.Write(descriptor, start, bytes.Length);
                if (written > 0 && written < bytes.Length)
                {
                    _ = Libc.Truncate(descriptor, Libc.Seek(descriptor, 0, 2) - written);
                }

                return written == bytes.Length;
            }
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }

    private static byte[] ReadWholeLines(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        if (file.Length > MaxLength)
        {
            throw new IOException($"it has {file.Length} bytes, more than the limit of {MaxLength}");
        }

        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var whole = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        if (whole < bytes.Length)
        {
            file.SetLength(whole);
        }

        return bytes[..whole];
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}

/// <summary>A task as it was found on disk.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Definition">What it is; null when even that cannot be read.</param>
/// <param name="Plan">How far it has come; null when it cannot be read.</param>
/// <param name="Fault">Why it cannot be read.</param>
internal sealed record CheckpointReading(TaskFolder Folder, TaskDefinition? Definition, TaskPlan? Plan, string? Fault)
{
    /// <summary>A task that cannot be read.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="definition">What it is, if that is known.</param>
    /// <param name="fault">Why.</param>
    /// <returns>The reading.</returns>
    public static CheckpointReading Broken(TaskFolder folder, TaskDefinition? definition, string fault) => new(folder, definition, null, fault);
}
