using Aurora.Broker.Scheduling;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <content>What waits for a worker: the groups of pending tasks, and the workers that are kept for them.</content>
internal sealed partial class BrokerState
{
    private readonly Dictionary<WorkerId, ReservationRecord> _reservations = [];
    private readonly HashSet<PendingGroup> _pendingGroups = [];
    private long _groupsMade;

    /// <summary>The workers that are kept for a group.</summary>
    public IReadOnlyDictionary<WorkerId, ReservationRecord> Reservations => _reservations;

    /// <summary>Groups with PENDING tasks.</summary>
    public IReadOnlyCollection<PendingGroup> PendingGroups => _pendingGroups;

    /// <summary>Which of them are to be looked at.</summary>
    public PlacementQueue Queue { get; } = new();

    public void PutReservation(ReservationRecord row)
    {
        DeleteReservation(row.Worker);
        _reservations[row.Worker] = row;
        Keep(row, GroupOf(row));
        _changes.Reservation(row.Worker, row);
    }

    public void DeleteReservation(WorkerId worker)
    {
        if (!_reservations.Remove(worker, out var row))
            return;
        if (_workers.TryGetValue(worker, out var kept))
        {
            GroupOf(row)?.Kept.Remove(kept.Slot);
            Index.SetReservation(kept.Slot, null);
        }

        _changes.Reservation(worker, null);
    }

    /// <summary>Takes the next PENDING task out of a group's queue; it must be put back in another state.</summary>
    public TaskRecord? NextPending(PendingGroup group)
    {
        while (group.Waiting.TryDequeue(out var id))
        {
            if (_tasks.TryGetValue(id, out var task) && task.State == TaskState.Pending)
                return task;
        }

        return null;
    }

    /// <summary>When the oldest task of a group became PENDING.</summary>
    public DateTimeOffset WaitingSince(PendingGroup group)
    {
        while (group.Waiting.TryPeek(out var id))
        {
            if (_tasks.TryGetValue(id, out var task) && task.State == TaskState.Pending)
                return task.ChangedAt;
            group.Waiting.Dequeue();
        }

        return DateTimeOffset.MaxValue;
    }

    /// <summary>A group as placement sees it.</summary>
    public GroupDemand DemandOf(PendingGroup group, PlacementStrategy otherwise) => new()
    {
        Job = group.Job,
        ConfigurationId = group.ConfigurationId,
        Demand = group.Configuration.Demand,
        Count = group.Count,
        Preference = PlacementPreference.Of(group.Configuration.Job, otherwise),
        TasksBySlot = group.JobState.CountBySlot,
        TasksAt = (attribute, value) => group.JobState.TasksAt(attribute, value, Index),
        Kept = group.Kept.Count == 0 ? [] : [.. group.Kept],
    };

    /// <summary>Says whether somebody still waits for a worker that is kept.</summary>
    public bool IsAwaited(ReservationRecord row) => GroupOf(row) is not null && _workers.ContainsKey(row.Worker);

    // A task that left a worker, or a worker that has other values now, may make room below a limit on other workers.
    private void LookAtLimits(JobState job)
    {
        foreach (var group in job.GroupsByConfiguration.Values)
        {
            if (group.Configuration.Demand.Limits.Count == 0)
                continue;
            group.MustSeeAll = true;
            Queue.Enqueue(group, WaitingSince(group));
        }
    }

    private void AddToGroup(TaskRecord task, JobState job)
    {
        var isNew = !job.GroupsByConfiguration.TryGetValue(task.ConfigurationId, out var group);
        if (isNew)
        {
            group = new PendingGroup(job, _configurations[task.ConfigurationId], _groupsMade++);
            job.GroupsByConfiguration.Add(task.ConfigurationId, group);
            _pendingGroups.Add(group);
        }

        group!.Count++; // Found or just made.
        group.Waiting.Enqueue(task.Id);
        if (isNew)
            Queue.Enqueue(group, task.ChangedAt);
    }

    private void RemoveGroup(PendingGroup group)
    {
        group.JobState.GroupsByConfiguration.Remove(group.ConfigurationId);
        _pendingGroups.Remove(group);
        Queue.Remove(group);
        foreach (var slot in group.Kept.ToArray())
            DeleteReservation(Index.Id(slot)); // Nobody waits for it any more.
    }

    private void Keep(ReservationRecord row, PendingGroup? group)
    {
        if (!_workers.TryGetValue(row.Worker, out var worker))
            return;
        group?.Kept.Add(worker.Slot);
        Index.SetReservation(worker.Slot, row);
    }

    private PendingGroup? GroupOf(ReservationRecord row) =>
        _jobs.TryGetValue(row.Job, out var job) && job.GroupsByConfiguration.TryGetValue(row.ConfigurationId, out var group) ? group : null;
}
