using Aurora.Broker.State;
using Aurora.Core.Tasks;

namespace Aurora.Broker.Sla;

/// <summary>How many tasks a job has, and since when each of them has been RUNNING. Whoever decides about several tasks in one go takes away those that it lets go.</summary>
internal sealed class JobUptime
{
    private readonly List<DateTimeOffset> _runningSince;
    private readonly DateTimeOffset _now;

    /// <summary>Counts.</summary>
    /// <param name="active">The job's active tasks, in any order.</param>
    /// <param name="now">The time.</param>
    public JobUptime(IReadOnlyCollection<TaskRecord> active, DateTimeOffset now)
    {
        (Active, _now) = (active.Count, now);
        _runningSince = [.. active.Where(t => t.State == TaskState.Running).Select(t => t.ChangedAt)];
        _runningSince.Sort();
    }

    /// <summary>How many active tasks the job has, whatever they do: those that are being ended count until they are gone.</summary>
    public int Active { get; }

    /// <summary>How many tasks but one have been RUNNING for so long.</summary>
    /// <param name="task">The one that is left out.</param>
    /// <param name="duration">How long; 0 or more.</param>
    /// <returns>Their number.</returns>
    public int RunningOthers(TaskRecord task, TimeSpan duration)
    {
        var latest = _now - duration;
        var (low, high) = (0, _runningSince.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_runningSince[middle] <= latest)
                low = middle + 1;
            else
                high = middle;
        }

        return low - (task.State == TaskState.Running && task.ChangedAt <= latest ? 1 : 0);
    }

    /// <summary>A task is being ended: from now on it does not count as running.</summary>
    /// <param name="task">The task, as it was counted.</param>
    public void LetGo(TaskRecord task)
    {
        if (task.State == TaskState.Running && _runningSince.BinarySearch(task.ChangedAt) is >= 0 and var index)
            _runningSince.RemoveAt(index);
    }
}
