using Aurora.Broker.Scheduling;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Broker.State;

/// <summary>A worker with what is on it. Only <see cref="BrokerState"/> and the worker's inputs change it, on the loop.</summary>
internal sealed class WorkerState(WorkerRecord record, DateTimeOffset lastSeen)
{
    internal HashSet<TaskId> TaskSet { get; } = [];

    internal Dictionary<JobKey, int> CountByJob { get; } = [];

    /// <summary>Why tasks of a job have not left it yet, when it drains: as of the last look, so a job that has left may still be named.</summary>
    internal Dictionary<JobKey, string> Waits { get; } = [];

    public WorkerRecord Record { get; internal set; } = record;

    public WorkerPresence Presence { get; internal set; } = WorkerPresence.Expected;

    /// <summary>As its last hello said. Not stored: after a failover every worker says hello again before it gets a task.</summary>
    public bool IsDraining { get; internal set; }

    /// <summary>The last sign of life, or when this broker began to lead. Not stored.</summary>
    public DateTimeOffset LastSeen
    {
        get;
        internal set
        {
            field = value;
            LastHeard = value;
        }
    } = lastSeen;

    /// <summary>The last sign of life; null when there was none since this broker leads.</summary>
    public DateTimeOffset? LastHeard { get; private set; }

    /// <summary>When it was last asked for a hello, so that it is not asked at every heartbeat.</summary>
    public DateTimeOffset HelloAskedAt { get; internal set; }

    /// <summary>Whether an entry in the due times watches its silence.</summary>
    public bool IsWatched { get; internal set; }

    public Capacity Used { get; internal set; }

    /// <summary>The active tasks that hold its resources.</summary>
    public IReadOnlyCollection<TaskId> Tasks => TaskSet;

    public WorkerOffer ToOffer()
    {
        var total = Capacity.Of(Record.Total);
        var isEmptied = IsDraining || Record.Mode is MaintenanceMode.Draining or MaintenanceMode.Drained;
        var presence = Presence == WorkerPresence.Up && isEmptied ? WorkerPresence.Draining : Presence;
        return new WorkerOffer(Record.Id, presence, total, total - Used, CountByJob);
    }
}
