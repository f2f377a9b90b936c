using Aurora.Broker.Scheduling.Preempting;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>
/// The workers as preemption sees them. What a worker holds is put together when it is first asked for, and again only after a task there came, went, or began to leave:
/// a search over 10,000 full workers must not look 100,000 tasks up for every group.
/// </summary>
internal sealed class Occupants(BrokerState state)
{
    private static readonly Comparer<OccupantGroup> Order = Comparer<OccupantGroup>.Create(OccupiedWorker.Order);
    private OccupantGroup[]?[] _bySlot = [];

    /// <summary>All workers, by slot, for a group.</summary>
    public IEnumerable<OccupiedWorker> Workers(PendingGroup group)
    {
        for (var slot = 0; slot < state.Index.Count; slot++)
            yield return new OccupiedWorker(state.Index.Id(slot), state.Index.View(slot, group.Job, group.ConfigurationId), On(slot));
    }

    /// <summary>A task of a worker changed.</summary>
    internal void Forget(int slot)
    {
        if (slot < _bySlot.Length)
            _bySlot[slot] = null;
    }

    private OccupantGroup[] On(int slot)
    {
        if (slot >= _bySlot.Length)
            Array.Resize(ref _bySlot, Math.Max(state.Index.Count, slot + 1));
        return _bySlot[slot] ??= Collect(state.Workers[state.Index.Id(slot)]);
    }

    private OccupantGroup[] Collect(WorkerState worker)
    {
        var groups = worker.Tasks.Select(id => state.Tasks[id]).GroupBy(t => t.ConfigurationId)
            .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new OccupantGroup(state.Configuration(g.Key).Claim, Endable(g), g.Count(t => t.State.IsBeingEnded()))).ToArray();
        return groups.Length > 1 ? [.. groups.Order(Order)] : groups; // A stable sort: what is alike stays in the order of the configurations.
    }

    private static TaskId[] Endable(IEnumerable<TaskRecord> tasks) =>
        [.. tasks.Where(t => t.State is TaskState.Assigned or TaskState.Starting or TaskState.Running)
            .OrderByDescending(t => t.CreatedAt).ThenBy(t => t.Id.Value, StringComparer.Ordinal).Select(t => t.Id)];
}
