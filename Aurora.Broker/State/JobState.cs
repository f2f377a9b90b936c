using Aurora.Broker.Quotas;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>A job with the indexes that inputs need. Only <see cref="BrokerState"/> changes it, on the loop.</summary>
internal sealed class JobState(JobKey key, RoleConsumption role)
{
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
