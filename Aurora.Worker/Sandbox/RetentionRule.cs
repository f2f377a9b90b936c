namespace Aurora.Worker.Sandbox;

/// <summary>The folder of a task whose end the broker has stored.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Since">Since when the end is stored.</param>
/// <param name="Failed">Whether it ended FAILED or LOST.</param>
/// <param name="Bytes">What it takes on the disk; 0 when no bound asks for it.</param>
internal sealed record EndedFolder(TaskFolder Folder, DateTimeOffset Since, bool Failed, long Bytes);

/// <summary>Says which folders go: those beyond their age, and as many more as there are too many or too big; failed ones after all others, the oldest first.</summary>
internal static class RetentionRule
{
    /// <summary>Decides.</summary>
    /// <param name="ended">What there is, in any order.</param>
    /// <param name="options">The rule.</param>
    /// <param name="now">The time.</param>
    /// <returns>The folders to remove, the first one first.</returns>
    public static IReadOnlyList<TaskFolder> Decide(IReadOnlyCollection<EndedFolder> ended, RetentionOptions options, DateTimeOffset now)
    {
        var due = new List<TaskFolder>();
        var left = ended.Count;
        var bytes = ended.Aggregate(0m, (sum, e) => sum + e.Bytes);
        var inOrder = ended.OrderBy(e => e.Failed).ThenBy(e => e.Since).ThenBy(e => e.Folder.Path, StringComparer.Ordinal).ToArray();
        foreach (var old in inOrder.Where(IsOld))
        {
            Remove(old);
        }

        foreach (var surplus in inOrder.Where(e => !IsOld(e)).TakeWhile(_ => left > options.Count || bytes > options.TotalBytes))
        {
            Remove(surplus);
        }

        return due;

        bool IsOld(EndedFolder folder) => now - folder.Since >= (folder.Failed ? options.FailedAge : options.Age);

        void Remove(EndedFolder folder)
        {
            due.Add(folder.Folder);
            left--;
            bytes -= folder.Bytes;
        }
    }
}
