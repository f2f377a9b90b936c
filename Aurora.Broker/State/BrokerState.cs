using Aurora.Broker.Quotas;
using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Workers;
using Aurora.Broker.Storage;
using Aurora.Broker.Updates;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>
/// Everything that the leader knows: immutable rows in indexes, owned by the loop and touched by nobody else. Every change goes through the Put and Delete
/// methods, which keep the indexes and note the change for the next commit. After a failed commit the whole object is thrown away and read again.
/// </summary>
internal sealed partial class BrokerState
{
    private readonly Dictionary<TaskId, TaskRecord> _tasks = [];
    private readonly Dictionary<JobKey, JobState> _jobs = [];
    private readonly SortedDictionary<string, JobState> _jobsByKey = new(StringComparer.Ordinal);
    private readonly Dictionary<WorkerId, WorkerState> _workers = [];
    private readonly SortedDictionary<string, WorkerState> _workersById = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, WorkerState> _drainingWorkers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConfigurationState> _configurations = [];
    private readonly Dictionary<string, UpdateRecord> _updates = [];
    private readonly Dictionary<Guid, ReplyRecord> _replies = [];
    private readonly Queue<Guid> _repliesInOrder = new();
    private readonly SortedDictionary<string, RoleConsumption> _roles = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, QuotaRecord> _quotas = new(StringComparer.Ordinal);
    private readonly List<string> _unusedConfigurations = [];
    private readonly TierOptions _tiers;
    private ChangeSet _changes = new();

    private BrokerState(TierOptions tiers) => (_tiers, Occupants) = (tiers, new Occupants(this));

    public IReadOnlyDictionary<TaskId, TaskRecord> Tasks => _tasks;

    public IReadOnlyDictionary<JobKey, JobState> Jobs => _jobs;

    /// <summary>The jobs in the order of their keys' text.</summary>
    public SortedDictionary<string, JobState> JobsByKey => _jobsByKey;

    public IReadOnlyDictionary<WorkerId, WorkerState> Workers => _workers;

    /// <summary>The workers in the order of their ids.</summary>
    public SortedDictionary<string, WorkerState> WorkersById => _workersById;

    /// <summary>Those of them that are DRAINING, each with its drain.</summary>
    public SortedDictionary<string, WorkerState> DrainingWorkers => _drainingWorkers;

    /// <summary>The workers as placement walks over them.</summary>
    public WorkerIndex Index { get; } = new();

    /// <summary>The workers as preemption walks over them.</summary>
    public Occupants Occupants { get; }

    public IReadOnlyDictionary<string, UpdateRecord> Updates => _updates;

    public IReadOnlyDictionary<Guid, ReplyRecord> Replies => _replies;

    /// <summary>The quotas in the order of their roles.</summary>
    public SortedDictionary<string, QuotaRecord> Quotas => _quotas;

    /// <summary>What the roles that have jobs consume, in the order of their names.</summary>
    public SortedDictionary<string, RoleConsumption> Roles => _roles;

    /// <summary>Takes up what is stored.</summary>
    /// <param name="stored">The rows.</param>
    /// <param name="now">The time.</param>
    /// <param name="tiers">The cluster's tiers; null for those that the product ships.</param>
    /// <returns>The state.</returns>
    public static BrokerState Load(StoredState stored, DateTimeOffset now, TierOptions? tiers = null)
    {
        var state = new BrokerState(tiers ?? new TierOptions());
        foreach (var row in stored.Configurations)
            state._configurations.Add(row.Id, state.NewConfiguration(row));
        foreach (var row in stored.Workers.OrderBy(w => w.Id.Value, StringComparer.Ordinal)) // Slots, and with them placements, must not depend on the store's order.
            state.PutWorker(row, now);
        foreach (var row in stored.Jobs)
            state.PutJob(row);
        foreach (var row in stored.Tasks.OrderBy(t => t.ChangedAt).ThenBy(t => t.Id.Value, StringComparer.Ordinal)) // Ended tasks and waiting ones stand in line by that.
            state.PutTask(row);
        foreach (var row in stored.Updates.OrderBy(u => u.CreatedAt))
            state.PutUpdate(row);
        foreach (var row in stored.Replies.OrderBy(r => r.At))
            state.PutReply(row);
        foreach (var row in stored.Quotas)
            state.PutQuota(row);
        foreach (var row in stored.Reservations)
            state.PutReservation(row);
        state._changes = new ChangeSet();
        return state;
    }

    /// <summary>Hands out what changed since the last call, and starts anew.</summary>
    public ChangeSet TakeChanges()
    {
        foreach (var id in _unusedConfigurations)
        {
            if (_configurations.TryGetValue(id, out var configuration) && configuration.Uses == 0)
            {
                _configurations.Remove(id);
                _changes.Configuration(id, null);
            }
        }

        _unusedConfigurations.Clear();
        var result = _changes;
        _changes = new ChangeSet();
        return result;
    }

    public ConfigurationState Configuration(string id) => _configurations[id];

    public ConfigurationState ConfigurationOf(TaskRecord task) => _configurations[task.ConfigurationId];

    public void AddConfiguration(string id, JobConfiguration configuration)
    {
        if (_configurations.ContainsKey(id))
            return;
        var row = new ConfigurationRecord(id, configuration);
        _configurations.Add(id, NewConfiguration(row));
        _changes.Configuration(id, row);
        _unusedConfigurations.Add(id); // Until something names it.
    }

    public TaskRecord? ActiveTask(JobKey job, int instance) =>
        _jobs.TryGetValue(job, out var state) && state.ActiveByInstance.TryGetValue(instance, out var id) ? _tasks[id] : null;

    public void PutTask(TaskRecord task)
    {
        var job = JobOf(task.Job);
        if (!_tasks.TryGetValue(task.Id, out var before))
        {
            job.TaskSet.Add(task.Id);
            Use(task.ConfigurationId, 1);
        }

        _tasks[task.Id] = task;
        Reindex(before, task, job);
        _changes.Task(task.Id, task);
    }

    /// <summary>Removes a task; with a job's last task the job goes too, and its ended updates.</summary>
    public void DeleteTask(TaskRecord task)
    {
        var job = JobOf(task.Job);
        Reindex(task, null, job);
        job.TaskSet.Remove(task.Id);
        if (job.EndedInOrder.TryPeek(out var first) && first == task.Id)
            job.EndedInOrder.Dequeue();
        _tasks.Remove(task.Id);
        Use(task.ConfigurationId, -1);
        _changes.Task(task.Id, null);
    }

    public void DeleteJobIfEmpty(JobKey key)
    {
        if (!_jobs.TryGetValue(key, out var job) || job.TaskSet.Count > 0 || job.ActiveUpdate is not null)
            return;
        foreach (var id in job.UpdateIds.ToArray())
            DeleteUpdate(_updates[id]);
        if (job.Record is { } record)
        {
            Use(record.ConfigurationId, -1);
            _changes.Job(key, null);
        }

        _jobs.Remove(key);
        _jobsByKey.Remove(key.ToString());
        if (--_roles[key.Role].Jobs == 0)
            _roles.Remove(key.Role);
    }

    public void PutJob(JobRecord row)
    {
        var job = JobOf(row.Key);
        Use(row.ConfigurationId, 1);
        if (job.Record is { } before)
            Use(before.ConfigurationId, -1);
        job.Record = row;
        _changes.Job(row.Key, row);
    }

    public WorkerState PutWorker(WorkerRecord row, DateTimeOffset now)
    {
        if (_workers.TryGetValue(row.Id, out var worker))
            Renew(worker, row);
        else
        {
            _workers.Add(row.Id, worker = new WorkerState(row, now, Index));
            _workersById.Add(row.Id.Value, worker);
        }

        if (row is { Mode: MaintenanceMode.Draining, Drain: not null })
            _drainingWorkers[row.Id.Value] = worker;
        else
            _drainingWorkers.Remove(row.Id.Value);
        _changes.Worker(row.Id, row);
        return worker;
    }

    public void PutUpdate(UpdateRecord row)
    {
        var job = JobOf(row.Job);
        if (!_updates.TryGetValue(row.Id, out var before))
        {
            job.UpdateIds.Add(row.Id);
            UseAll(row, 1);
        }

        _updates[row.Id] = row;
        ChargeUpdate(row, job, before?.Status.IsActive() == true);
        if (row.Status.IsActive())
            job.ActiveUpdate = row.Id;
        else if (job.ActiveUpdate == row.Id)
            job.ActiveUpdate = null;
        _changes.Update(row.Id, row);
    }

    /// <summary>Removes an update that has ended.</summary>
    public void DeleteUpdate(UpdateRecord row)
    {
        _updates.Remove(row.Id);
        JobOf(row.Job).UpdateIds.Remove(row.Id);
        UseAll(row, -1);
        _changes.Update(row.Id, null);
    }

    public void PutReply(ReplyRecord row)
    {
        if (_replies.TryAdd(row.CommandId, row))
            _repliesInOrder.Enqueue(row.CommandId);
        _changes.Reply(row.CommandId, row);
    }

    public void PutQuota(QuotaRecord row)
    {
        _quotas[row.Role] = row;
        _changes.Quota(row.Role, row);
    }

    public void DeleteRepliesBefore(DateTimeOffset time, int atMost)
    {
        while (atMost-- > 0 && _repliesInOrder.TryPeek(out var id) && _replies[id].At < time)
        {
            _repliesInOrder.Dequeue();
            _replies.Remove(id);
            _changes.Reply(id, null);
        }
    }

    private void Renew(WorkerState worker, WorkerRecord row)
    {
        var attributes = worker.Attributes;
        worker.Record = row;
        if (ReferenceEquals(attributes, worker.Attributes))
            return;
        foreach (var job in worker.TaskSet.Select(id => _jobs[_tasks[id].Job]).Distinct())
        {
            job.ForgetValues();
            LookAtLimits(job);
        }
    }

    private JobState JobOf(JobKey key)
    {
        if (_jobs.TryGetValue(key, out var job))
            return job;
        if (!_roles.TryGetValue(key.Role, out var role))
            _roles.Add(key.Role, role = new RoleConsumption());
        role.Jobs++;
        job = new JobState(key, role);
        _jobs.Add(key, job);
        _jobsByKey.Add(key.ToString(), job);
        return job;
    }

    private ConfigurationState NewConfiguration(ConfigurationRecord row) => new(row, _tiers.Of(row.Configuration));

    // While an update is active, its instances are charged by what they had and shall have, and not by the tasks that they have at the moment.
    private void ChargeUpdate(UpdateRecord row, JobState job, bool wasActive)
    {
        if (row.Status.IsActive() == wasActive)
            return;
        if (wasActive)
            job.Consumption.EndUpdate();
        foreach (var instance in row.Instances)
        {
            if (!job.ActiveByInstance.TryGetValue(instance.Instance, out var id))
                continue;
            var configuration = _configurations[_tasks[id].ConfigurationId];
            if (wasActive)
                job.Consumption.Add(instance.Instance, configuration.ConsumptionKind, configuration.Consumption);
            else
                job.Consumption.Remove(instance.Instance, configuration.ConsumptionKind, configuration.Consumption);
        }

        if (!wasActive)
            job.Consumption.BeginUpdate(row.Instances.Select(i => i.Instance).ToHashSet(), UpdateCharge.Of(row.Instances, Configuration));
    }

    private void UseAll(UpdateRecord update, int by)
    {
        Use(update.TargetConfigurationId, by);
        foreach (var id in update.Instances.Select(i => i.InitialConfigurationId).Distinct())
        {
            if (id is not null)
                Use(id, by);
        }
    }

    private void Use(string configurationId, int by)
    {
        var configuration = _configurations[configurationId];
        configuration.Uses += by;
        if (configuration.Uses == 0)
            _unusedConfigurations.Add(configurationId);
    }
}
