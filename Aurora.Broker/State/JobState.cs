using Aurora.Broker.Quotas;
using Aurora.Broker.Scheduling.Workers;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>A job with the indexes that inputs need. Only <see cref="BrokerState"/> changes it, on the loop.</summary>
internal sealed class JobState(JobKey key, RoleConsumption role)
{
    private readonly Dictionary<int, int> _countBySlot = [];
    private readonly Dictionary<string, Dictionary<string, int>> _countByValue = new(StringComparer.Ordinal);

    /// <summary>Which group of identical pending tasks waits under which configuration.</summary>
    internal Dictionary<string, PendingGroup> GroupsByConfiguration { get; } = [];

    internal HashSet<TaskId> TaskSet { get; } = [];

    internal Dictionary<int, TaskId> ActiveByInstance { get; } = [];

    internal Queue<TaskId> EndedInOrder { get; } = new();

    internal List<string> UpdateIds { get; } = [];

    public JobKey Key { get; } = key;

    /// <summary>What it adds to its role's consumption.</summary>
    public JobConsumption Consumption { get; } = new(role);

    /// <summary>Its row; null only while the job is being made.</summary>
    public JobRecord? Record { get; internal set; }

    public IReadOnlyCollection<TaskId> Tasks => TaskSet;

    /// <summary>The one active task of each instance that has one.</summary>
    public IReadOnlyDictionary<int, TaskId> Active => ActiveByInstance;

    /// <summary>Ended tasks, the one that ended first in front.</summary>
    public IReadOnlyCollection<TaskId> Ended => EndedInOrder;

    /// <summary>Its updates, oldest first.</summary>
    public IReadOnlyList<string> Updates => UpdateIds;

    public string? ActiveUpdate { get; internal set; }

    public int PendingCount { get; internal set; }

    public int FinishedCount { get; internal set; }

    public int FailedCount { get; internal set; }

    public int OnWorkerCount { get; internal set; }

    /// <summary>How many of its tasks are on which worker, by the worker's slot; workers without any are left out. KILLING and PARTITIONED ones count.</summary>
    public IReadOnlyDictionary<int, int> CountBySlot => _countBySlot;

    /// <summary>How many of its tasks are on workers that have this value of this attribute. What is asked for once is kept up to date from then on.</summary>
    public int TasksAt(string attribute, string value, WorkerIndex workers)
    {
        if (!_countByValue.TryGetValue(attribute, out var counts))
        {
            _countByValue.Add(attribute, counts = new Dictionary<string, int>(StringComparer.Ordinal));
            foreach (var (slot, count) in _countBySlot)
                Add(counts, workers.Attributes(slot)[attribute], count);
        }

        return counts.GetValueOrDefault(value);
    }

    /// <summary>Notes that a task came to a worker (1) or left it (-1).</summary>
    internal void CountOn(WorkerState worker, int by)
    {
        var count = _countBySlot.GetValueOrDefault(worker.Slot) + by;
        if (count == 0)
            _countBySlot.Remove(worker.Slot);
        else
            _countBySlot[worker.Slot] = count;
        foreach (var (attribute, counts) in _countByValue)
            Add(counts, worker.Attributes[attribute], by);
    }

    /// <summary>A worker that has tasks of the job has other attributes now.</summary>
    internal void ForgetValues() => _countByValue.Clear();

    private static void Add(Dictionary<string, int> counts, IReadOnlyList<string> values, int by)
    {
        foreach (var value in values)
            counts[value] = counts.GetValueOrDefault(value) + by;
    }

    internal void Count(TaskState state, int by)
    {
        if (state is TaskState.Pending or TaskState.Throttled or TaskState.Init)
            PendingCount += by;
        else if (state is TaskState.Finished or TaskState.Killed)
            FinishedCount += by;
        else if (state is TaskState.Failed or TaskState.Lost)
            FailedCount += by;
        else
            OnWorkerCount += by;
    }
}
