using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Client.Jobs;

/// <summary>How a job stands: the newest attempt at each of its instances.</summary>
/// <param name="Job">The job.</param>
/// <param name="Tasks">The newest task of each instance, by instance.</param>
public sealed record JobProgress(JobKey Job, IReadOnlyList<TaskSummary> Tasks)
{
    /// <summary>The tasks that ended otherwise than FINISHED.</summary>
    public IReadOnlyList<TaskSummary> Failures => [.. Tasks.Where(t => IsTerminal(t.State) && t.State != TaskState.Finished)];

    /// <summary>Picks the newest attempt of each instance.</summary>
    /// <param name="job">The job.</param>
    /// <param name="tasks">The job's tasks in the broker's order: active ones first, newest attempt first.</param>
    /// <returns>The progress.</returns>
    public static JobProgress Of(JobKey job, IEnumerable<TaskSummary> tasks) =>
        new(job, [.. tasks.GroupBy(t => t.Instance).Select(g => g.First()).OrderBy(t => t.Instance)]);

    /// <summary>
    /// Says whether the job has come so far. An attempt with an ancestor counts as one that has run: the attempt before it ran and ended, perhaps between
    /// two looks.
    /// </summary>
    /// <param name="milestone">How far.</param>
    /// <returns>True when it has.</returns>
    public bool Reached(JobMilestone milestone) => milestone switch
    {
        JobMilestone.Pending => Tasks.Count > 0,
        JobMilestone.Running => Tasks.Count > 0 && Tasks.All(t => IsLive(t.State) || IsTerminal(t.State) || t.Ancestor is not null),
        _ => Tasks.Count > 0 && Tasks.All(t => IsTerminal(t.State)),
    };

    /// <summary>The progress as one line, for example <c>1 RUNNING, 1 PENDING (no worker has 8 cores)</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString()
    {
        var states = Tasks.GroupBy(t => t.State).OrderBy(g => g.Key).Select(g => $"{g.Count()} {g.Key.ToString().ToUpperInvariant()}");
        var reasons = Tasks.Select(t => t.PendingReason).Where(r => !string.IsNullOrEmpty(r)).Distinct(StringComparer.Ordinal).Take(3).ToArray();
        var text = string.Join(", ", states);
        return reasons.Length == 0 ? text : $"{text} ({string.Join("; ", reasons)})";
    }

    /// <summary>TERMINAL of aurora-spec section 1.</summary>
    /// <param name="state">A state.</param>
    /// <returns>True for a state that never changes.</returns>
    public static bool IsTerminal(TaskState state) => state is TaskState.Finished or TaskState.Failed or TaskState.Killed or TaskState.Lost;

    /// <summary>LIVE of aurora-spec section 1.</summary>
    private static bool IsLive(TaskState state) => state is TaskState.Running or TaskState.Killing or TaskState.Preempting
        or TaskState.Restarting or TaskState.Draining or TaskState.Partitioned;
}
