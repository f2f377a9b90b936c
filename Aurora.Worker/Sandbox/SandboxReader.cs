using Aurora.Core.Errors;
using Aurora.Core.Messages;

namespace Aurora.Worker.Sandbox;

/// <summary>Reads and lists a task's sandbox for others; what it never gives out, see <see cref="SafeFolder"/>.</summary>
internal static class SandboxReader
{
    /// <summary>The most bytes given at once.</summary>
    public const int LargestChunk = 1024 * 1024;

    /// <summary>The most entries given of one folder.</summary>
    public const int MostEntries = 10_000;

    private const int MostCharacters = 1024 * 1024;

    /// <summary>Reads a file.</summary>
    /// <param name="query">What is wanted.</param>
    /// <param name="folder">The task's folder.</param>
    /// <returns>A chunk, or why there is none (AUR2010, AUR1202).</returns>
    public static SandboxFileRead Read(ReadSandboxFile query, TaskFolder folder)
    {
        if (query.MaxBytes < 1)
        {
            return new SandboxFileRead(null, new Fault(ErrorCodes.InvalidArgument, "max_bytes", $"{query.MaxBytes}", "must be greater than 0"));
        }

        var (parts, rule) = SandboxPath.Parse(query.Path);
        if (parts is null)
        {
            return new SandboxFileRead(null, Refuse(query.Path, rule));
        }

        try
        {
            var (parent, refusal) = Walk(folder, [.. parts.SkipLast(1)]);
            using (parent)
            {
                (var file, refusal) = parent is null ? (null, refusal) : parent.OpenFile(parts[^1]);
                using (file)
                {
                    return file is null ? new SandboxFileRead(null, Refuse(query.Path, refusal)) : new SandboxFileRead(Chunk(query, file), null);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new SandboxFileRead(null, Refuse(query.Path, $"cannot be read: {e.Message}"));
        }
    }

    /// <summary>Lists a folder.</summary>
    /// <param name="query">What is wanted.</param>
    /// <param name="folder">The task's folder.</param>
    /// <returns>Its entries, or why there are none (AUR2010).</returns>
    public static SandboxListed List(ListSandbox query, TaskFolder folder)
    {
        var (parts, rule) = query.Path.Length == 0 ? ([], null) : SandboxPath.Parse(query.Path);
        if (parts is null)
        {
            return new SandboxListed(null, false, Refuse(query.Path, rule));
        }

        try
        {
            var (listed, refusal) = Walk(folder, parts);
            using (listed)
            {
                if (listed is null)
                {
                    return new SandboxListed(null, false, Refuse(query.Path, refusal));
                }

                var (entries, truncated) = listed.List(MostEntries, MostCharacters);
                return new SandboxListed(entries, truncated, null);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new SandboxListed(null, false, Refuse(query.Path, $"cannot be listed: {e.Message}"));
        }
    }

    private static FileChunk Chunk(ReadSandboxFile query, SafeFile file)
    {
        var length = file.Length;
        var offset = Math.Clamp(query.Offset < 0 ? length + query.Offset : query.Offset, 0, length);
        return new FileChunk(query.Path, offset, file.Read(offset, Math.Min(query.MaxBytes, LargestChunk), length), length);
    }

    private static (SafeFolder? Folder, string? Refusal) Walk(TaskFolder task, IReadOnlyList<string> parts)
    {
        var (folder, refusal) = SafeFolder.Open(task.Sandbox);
        if (folder is null)
        {
            return (null, $"cannot be read, because the task's sandbox {refusal}");
        }

        foreach (var part in parts)
        {
            using var parent = folder;
            (folder, refusal) = parent.Enter(part);
            if (folder is null)
            {
                return (null, $"cannot be reached: '{part}' {refusal}");
            }
        }

        return (folder, null);
    }

    private static Fault Refuse(string path, string? rule) =>
        new(ErrorCodes.SandboxFileNotFound, "path", path.Length > 200 ? $"{path[..200]}…" : path, rule ?? "cannot be read");
}
