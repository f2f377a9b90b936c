using System.Globalization;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>
/// A place in the order in which tasks are listed: by job, active ones first, by instance, newest first. It holds the values that the order depends on, so that
/// a page goes on where the one before it ended although the task it ended with is gone.
/// </summary>
/// <param name="Job">The job's key.</param>
/// <param name="IsEnded">Whether the task had ended.</param>
/// <param name="Instance">Its instance.</param>
/// <param name="CreatedTicks">When it was made.</param>
/// <param name="Id">Its id.</param>
internal sealed record TaskCursor(string Job, bool IsEnded, int Instance, long CreatedTicks, string Id)
{
    public static TaskCursor Of(TaskRecord task) =>
        new(task.Job.ToString(), !task.State.IsActive(), task.Instance, task.CreatedAt.UtcTicks, task.Id.Value);

    /// <summary>Reads a cursor; one that is not ours begins at the start.</summary>
    public static TaskCursor? Read(string? text)
    {
        var parts = text?.Split('|');
        return parts is [var job, var ended, var instance, var ticks, var id]
            && int.TryParse(instance, NumberStyles.None, CultureInfo.InvariantCulture, out var i)
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var t)
            ? new TaskCursor(job, ended == "1", i, t, id)
            : null;
    }

    /// <summary>The order of two tasks of one job.</summary>
    public static int Compare(TaskRecord a, TaskRecord b)
    {
        var order = a.State.IsActive() == b.State.IsActive() ? a.Instance.CompareTo(b.Instance) : a.State.IsActive() ? -1 : 1;
        if (order == 0)
            order = b.CreatedAt.CompareTo(a.CreatedAt);
        return order == 0 ? string.CompareOrdinal(a.Id.Value, b.Id.Value) : order;
    }

    public bool IsBefore(TaskRecord task) => Compare(this, Of(task)) < 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Job}|{(IsEnded ? 1 : 0)}|{Instance}|{CreatedTicks}|{Id}");

    private static int Compare(TaskCursor a, TaskCursor b)
    {
        var order = string.CompareOrdinal(a.Job, b.Job);
        if (order == 0)
            order = a.IsEnded.CompareTo(b.IsEnded);
        if (order == 0)
            order = a.Instance.CompareTo(b.Instance);
        if (order == 0)
            order = b.CreatedTicks.CompareTo(a.CreatedTicks);
        return order == 0 ? string.CompareOrdinal(a.Id, b.Id) : order;
    }
}
