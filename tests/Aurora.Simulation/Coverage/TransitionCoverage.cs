using Aurora.Broker.Scheduling;
using Aurora.Broker.State;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Simulation.Invariants;

namespace Aurora.Simulation.Coverage;

/// <summary>Which cells of the state tables a run has been in. Seeds are added up.</summary>
internal sealed class TransitionCoverage
{
    private static readonly TaskState[] OnWorker = [TaskState.Assigned, TaskState.Starting, TaskState.Running];

    private readonly Dictionary<(TaskState From, TaskState To), long> _tasks = [];
    private readonly Dictionary<(UpdateStatus From, UpdateStatus To), long> _updates = [];
    private readonly Dictionary<(MaintenanceMode From, MaintenanceMode To), long> _modes = [];

    public IReadOnlyDictionary<(TaskState From, TaskState To), long> Tasks => _tasks;

    public IReadOnlyDictionary<(UpdateStatus From, UpdateStatus To), long> Updates => _updates;

    public IReadOnlyDictionary<(MaintenanceMode From, MaintenanceMode To), long> Modes => _modes;

    /// <summary>The cells of section 4 that do something: legal steps, and illegal ones that have what runs ended.</summary>
    public static IReadOnlyList<(TaskState From, TaskState To)> TaskCells { get; } =
    [
        .. SpecTable.Steps.SelectMany(row => row.Value.Select(to => (row.Key, to))),
        .. from state in Enum.GetValues<TaskState>()
           where state is TaskState.Restarting or TaskState.Draining or TaskState.Preempting or TaskState.Killing or TaskState.Deleted || state.IsTerminal()
           from to in OnWorker
           select (state, to),
    ];

    /// <summary>
    /// Cells that nothing in this release leads to: a task is made and not moved out of INIT, workers do not say ASSIGNED, restarts are not asked for yet, KILLING goes to DELETED
    /// only by a person's hand, no room is made on a worker that is out of reach, and a worker ends nothing as KILLED that it was not told to end.
    /// </summary>
    public static bool IsOutOfReach((TaskState From, TaskState To) cell) =>
        cell.From is TaskState.Init or TaskState.Restarting || cell.To == TaskState.Restarting || cell == (TaskState.Killing, TaskState.Deleted) || cell == (TaskState.Partitioned, TaskState.Preempting)
        || (cell.To == TaskState.Assigned && cell.From != TaskState.Pending)
        || (cell.To == TaskState.Killed && cell.From is (TaskState.Assigned or TaskState.Starting or TaskState.Running or TaskState.Partitioned));

    /// <summary>Pauses and pulses are not in this release, and ERROR is for defects.</summary>
    public static bool IsOutOfReach((UpdateStatus From, UpdateStatus To) cell) =>
        cell.To == UpdateStatus.Error || IsStill(cell.From) || IsStill(cell.To);

    public static IReadOnlyList<(UpdateStatus From, UpdateStatus To)> UpdateCells { get; } =
        [.. LegalUpdates.Steps.SelectMany(row => row.Value.Select(to => (row.Key, to)))];

    public SchedulingRules Watch(SchedulingRules rules) => rules with
    {
        Transition = (from, to, facts) =>
        {
            if (from != to)
                Add(_tasks, (from, to), 1);
            return rules.Transition(from, to, facts);
        },
    };

    public void Task(TaskState from, TaskState to) => Add(_tasks, (from, to), 1);

    public void Update(UpdateStatus from, UpdateStatus to) => Add(_updates, (from, to), 1);

    public void Mode(MaintenanceMode from, MaintenanceMode to) => Add(_modes, (from, to), 1);

    public void Add(TransitionCoverage other)
    {
        foreach (var (cell, count) in other._tasks)
            Add(_tasks, cell, count);
        foreach (var (cell, count) in other._updates)
            Add(_updates, cell, count);
        foreach (var (cell, count) in other._modes)
            Add(_modes, cell, count);
    }

    private static bool IsStill(UpdateStatus status) => status is UpdateStatus.RollForwardPaused or UpdateStatus.RollBackPaused
        or UpdateStatus.RollForwardAwaitingPulse or UpdateStatus.RollBackAwaitingPulse;

    private static void Add<TCell>(Dictionary<TCell, long> cells, TCell cell, long count) where TCell : notnull =>
        cells[cell] = cells.GetValueOrDefault(cell) + count;
}
