using Aurora.Worker.Isolation;

namespace Aurora.Worker.Sandbox;

/// <summary>
/// Removes the folders of ended tasks, a duty that runs once per call. Only those whose end the broker has stored (the mark is there) and that
/// <see cref="RetentionRule"/> names; so never a live one, and never one that is still to be reported. A folder is moved to the trash first: gone in one step, and
/// out of its role's reach while it is removed. What cannot be removed keeps nothing else; it is tried again with every call. Not for two threads at once.
/// </summary>
/// <param name="folder">The worker's folder.</param>
/// <param name="options">What is kept.</param>
internal sealed class FolderKeeper(WorkerFolder folder, RetentionOptions options)
{
    private const int NamedFailures = 3;

    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal); // by folder name; an ended task's folder does not change any more

    /// <summary>Removes what a torn write left: temporary files beside the tasks' own. Only at the agent's start, before anything is written.</summary>
    public void RemoveTorn()
    {
        foreach (var temporary in folder.All().SelectMany(task => Directory.EnumerateFiles(task.Path, "*.tmp")))
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Removes what is due.</summary>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Stops between two folders.</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="IOException">Some could not be removed, and are named; the others were. The next call tries again.</exception>
    public int RunOnce(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        var ended = folder.All().Select(task => Look(task, failures, cancellationToken)).OfType<EndedFolder>().ToArray();
        Forget(ended);
        var removed = 0;
        foreach (var task in cancellationToken.IsCancellationRequested ? [] : RetentionRule.Decide(ended, options, now))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                break;
            }

            try
            {
                Discard(task);
                removed++;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                failures.Add(e.Message);
            }
        }

        failures.AddRange(TrashRemover.Empty(folder.Trash, cancellationToken));
        return failures.Count == 0 ? removed : throw new IOException(
            $"{removed} folders were removed; {failures.Count} could not be: {string.Join("; ", failures.Take(NamedFailures))}{(failures.Count > NamedFailures ? "; …" : "")}");
    }

    /// <summary>Takes one task's folder away; the next <see cref="RunOnce"/> removes it from the trash.</summary>
    /// <param name="task">The folder.</param>
    /// <exception cref="IOException">It cannot be taken away.</exception>
    public void Discard(TaskFolder task) => Directory.Move(task.Path, Path.Combine(folder.Trash, Guid.NewGuid().ToString("N")));

    private EndedFolder? Look(TaskFolder task, List<string> failures, CancellationToken cancellationToken)
    {
        try
        {
            return !cancellationToken.IsCancellationRequested && task.ReadMark() is { } mark
                ? new EndedFolder(task, mark.Since, mark.State is "FAILED" or "LOST", SizeOf(task, cancellationToken))
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failures.Add(e.Message);
            return null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null; // Stopped while a folder was measured; nothing is decided on half of the sizes.
        }
    }

    private long SizeOf(TaskFolder task, CancellationToken cancellationToken)
    {
        if (options.TotalBytes == long.MaxValue)
        {
            return 0;
        }

        var name = Path.GetFileName(task.Path);
        if (!_sizes.TryGetValue(name, out var size))
        {
            _sizes[name] = size = OperatingSystem.IsLinux() ? FolderUsage.Measure([task.Path], cancellationToken).Bytes : LengthsIn(task.Path);
        }

        return size;
    }

    private static long LengthsIn(string path)
    {
        var all = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return new DirectoryInfo(path).EnumerateFiles("*", all).Sum(file => file.Length);
    }

    private void Forget(EndedFolder[] ended)
    {
        var names = ended.Select(e => Path.GetFileName(e.Folder.Path)).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _sizes.Keys.Where(name => !names.Contains(name)).ToArray())
        {
            _ = _sizes.Remove(gone);
        }
    }
}
