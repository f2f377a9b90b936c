namespace Aurora.Worker.Sandbox;

/// <summary>
/// Removes the folders of ended tasks, a duty that runs once per call. Only those whose end the broker has stored (the mark is there) and that are older than
/// the retention, or that are more than the greatest count, oldest first; so never a live one, and never one that is still to be reported. A folder is moved to
/// the trash first: gone in one step, and out of its role's reach while it is removed.
/// </summary>
/// <param name="folder">The worker's folder.</param>
/// <param name="retention">How long a folder is kept after its mark.</param>
/// <param name="retentionCount">How many are kept at most.</param>
internal sealed class FolderKeeper(WorkerFolder folder, TimeSpan retention, int retentionCount)
{
    /// <summary>Removes what is due.</summary>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Stops between two folders.</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="IOException">One could not be removed; the next call tries again.</exception>
    public int RunOnce(DateTimeOffset now, CancellationToken cancellationToken)
    {
        EmptyTrash();
        var marked = folder.All()
            .Where(f => File.Exists(f.RecordedMark))
            .Select(f => (Folder: f, Since: new DateTimeOffset(File.GetLastWriteTimeUtc(f.RecordedMark), TimeSpan.Zero)))
            .OrderByDescending(f => f.Since)
            .ToArray();
        var due = marked.Where((f, index) => index >= retentionCount || f.Since + retention <= now).ToArray();
        var removed = 0;
        foreach (var (task, _) in due)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                break;
            }

            Discard(task);
            removed++;
        }

        return removed;
    }

    /// <summary>Removes one task's folder.</summary>
    /// <param name="task">The folder.</param>
    public void Discard(TaskFolder task)
    {
        var trashed = Path.Combine(folder.Trash, Guid.NewGuid().ToString("N"));
        Directory.Move(task.Path, trashed);
        Directory.Delete(trashed, recursive: true);
    }

    private void EmptyTrash()
    {
        foreach (var left in Directory.EnumerateDirectories(folder.Trash))
        {
            Directory.Delete(left, recursive: true);
        }
    }
}
