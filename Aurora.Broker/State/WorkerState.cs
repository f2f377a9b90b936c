using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.Scheduling.Workers;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>
/// A worker with what is on it. Only <see cref="BrokerState"/> and the worker's inputs change it, on the loop. What placement reads of it stands in the index of
/// workers, which every change here keeps right.
/// </summary>
internal sealed class WorkerState
{
    private readonly WorkerIndex _index;
    private readonly Dictionary<int, int> _staticPorts = [];
    private WorkerRecord _record;
    private WorkerPresence _presence = WorkerPresence.Expected;
    private bool _isDraining;
    private Capacity _used;
    private DateTimeOffset _lastSeen;

    public WorkerState(WorkerRecord record, DateTimeOffset lastSeen, WorkerIndex index)
    {
        (_record, _index, _lastSeen, HelloAt) = (record, index, lastSeen, lastSeen);
        Slot = index.Add(record.Id);
        Attributes = new WorkerAttributes(record.Host, record.Attributes);
        index.SetAttributes(Slot, Attributes);
        UpdateRoom();
    }

    internal HashSet<TaskId> TaskSet { get; } = [];

    /// <summary>Its place in the index of workers.</summary>
    public int Slot { get; }

    /// <summary>Why tasks have not left it yet, when it drains: as of the last look, so one that has left meanwhile may still be named.</summary>
    internal Dictionary<TaskId, (JobKey Job, string Reason)> Waits { get; } = [];

    public WorkerRecord Record
    {
        get => _record;
        internal set
        {
            var before = _record;
            _record = value;
            if (before.Host != value.Host || !before.Attributes.SequenceEqual(value.Attributes))
            {
                Attributes = new WorkerAttributes(value.Host, value.Attributes);
                _index.SetAttributes(Slot, Attributes);
            }

            UpdateRoom();
            UpdateStanding();
        }
    }

    public WorkerPresence Presence
    {
        get => _presence;
        internal set
        {
            _presence = value;
            UpdateStanding();
        }
    }

    /// <summary>As its last hello said. Not stored: after a failover every worker says hello again before it gets a task.</summary>
    public bool IsDraining
    {
        get => _isDraining;
        internal set
        {
            _isDraining = value;
            UpdateStanding();
        }
    }

    /// <summary>The last sign of life, or when this broker began to lead. Not stored.</summary>
    public DateTimeOffset LastSeen
    {
        get => _lastSeen;
        internal set
        {
            _lastSeen = value;
            LastHeard = value;
        }
    }

    /// <summary>The last sign of life; null when there was none since this broker leads.</summary>
    public DateTimeOffset? LastHeard { get; private set; }

    /// <summary>When it was last asked for a hello, so that it is not asked at every heartbeat.</summary>
    public DateTimeOffset HelloAskedAt { get; internal set; }

    /// <summary>When it last said hello, or when this broker began to lead.</summary>
    public DateTimeOffset HelloAt { get; internal set; }

    /// <summary>What a hello of it should list: what is on it, in the phases that it reported. ASSIGNED tasks are not in it, since nobody knows whether it has them.</summary>
    public TaskDigest Digest { get; internal set; }

    /// <summary>Since when its digest differs from this one; null while both agree.</summary>
    public DateTimeOffset? DiffersSince { get; internal set; }

    /// <summary>Who has spoken for it.</summary>
    public WorkerSessions Sessions { get; } = new();

    /// <summary>Whether an entry in the due times watches its silence.</summary>
    public bool IsWatched { get; internal set; }

    /// <summary>What its tasks hold.</summary>
    public Capacity Used
    {
        get => _used;
        private set
        {
            _used = value;
            UpdateRoom();
        }
    }

    /// <summary>What it has. Ports are not counted on a worker that did not say how many it has.</summary>
    public Capacity Total => Capacity.Of(_record.Total, _record.PortCount ?? Capacity.UncountedPorts);

    /// <summary>What nobody holds; below zero where it shrank under its tasks.</summary>
    public Capacity Free => Total - _used;

    /// <summary>Its attributes as constraints see them.</summary>
    public WorkerAttributes Attributes { get; private set; }

    /// <summary>Whether it takes tasks.</summary>
    public WorkerStanding Standing => _presence switch
    {
        WorkerPresence.Expected => WorkerStanding.Expected,
        WorkerPresence.Down => WorkerStanding.Down,
        _ when _isDraining || Sessions.HasTwin || _record.Mode is MaintenanceMode.Draining or MaintenanceMode.Drained => WorkerStanding.Draining,
        _ => _record.Mode == MaintenanceMode.Scheduled ? WorkerStanding.Scheduled : WorkerStanding.Ready,
    };

    /// <summary>The active tasks that hold its resources.</summary>
    public IReadOnlyCollection<TaskId> Tasks => TaskSet;

    /// <summary>Notes that a task came to it (1) or left it (-1).</summary>
    internal void Hold(Demand demand, int by)
    {
        Used = by > 0 ? _used + demand.Need : _used - demand.Need;
        foreach (var port in demand.StaticPorts)
        {
            var count = _staticPorts.GetValueOrDefault(port) + by;
            if (count == 0)
                _staticPorts.Remove(port);
            else
                _staticPorts[port] = count;
        }

        if (demand.StaticPorts.Count > 0)
            _index.SetStaticPorts(Slot, _staticPorts.Count == 0 ? null : _staticPorts.Keys, isFreed: by < 0);
    }

    /// <summary>Another agent was heard under its id: it gets no tasks for now.</summary>
    /// <param name="where">The other one's host or session.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether it is news.</returns>
    internal bool SeeTwin(string where, DateTimeOffset now)
    {
        var isNews = Sessions.SeeTwin(where, now);
        UpdateStanding();
        return isNews;
    }

    /// <summary>Lets it have tasks again when the other agent was not heard for a while.</summary>
    /// <param name="now">The time.</param>
    /// <param name="after">The while.</param>
    internal void ForgetTwin(DateTimeOffset now, TimeSpan after)
    {
        if (Sessions.ForgetTwin(now, after))
            UpdateStanding();
    }

    private void UpdateRoom()
    {
        var total = Total;
        _index.SetRoom(Slot, total, total - _used);
    }

    private void UpdateStanding() => _index.SetStanding(Slot, Standing);
}
