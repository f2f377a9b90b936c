using Aurora.Core.Jobs;

namespace Aurora.Broker.Scheduling;

/// <summary>How long ended tasks and replies are kept (aurora-spec section 4, history pruning).</summary>
internal sealed record RetentionOptions
{
    /// <summary>How many ended tasks of a job are kept; 0 to 10,000, default 100.</summary>
    public int MaxEndedTasksPerJob { get; init; } = 100;

    /// <summary>No ended task younger than this is removed; default 1 h.</summary>
    public TimeSpan MinAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>An ended task older than this is removed; default 2 d.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How long the reply to a command is kept; default 1 h.</summary>
    public TimeSpan ReplyAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How many updates of a job are kept, the active one included; 1 to 1,000, default 10.</summary>
    public int MaxEndedUpdatesPerJob { get; init; } = 10;
}

/// <summary>Says which ended tasks of a job go: beyond the newest so many, or too old, but never a young one.</summary>
internal static class HistoryPruner
{
    /// <summary>Decides for one job.</summary>
    /// <param name="ended">The job's ended tasks with the time of their end, the one that ended first in front.</param>
    /// <param name="now">The time.</param>
    /// <param name="retention">The rule.</param>
    /// <returns>The tasks to remove: always the first ones.</returns>
    public static IReadOnlyList<TaskId> Decide(IReadOnlyCollection<(TaskId Id, DateTimeOffset EndedAt)> ended, DateTimeOffset now, RetentionOptions retention)
    {
        var surplus = ended.Count - retention.MaxEndedTasksPerJob;
        var result = new List<TaskId>();
        foreach (var (id, endedAt) in ended)
        {
            var age = now - endedAt;
            if (age < retention.MinAge || (result.Count >= surplus && age <= retention.MaxAge))
                break;
            result.Add(id);
        }

        return result;
    }
}
