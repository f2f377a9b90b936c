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

    private static void Add<TCell>(Dictionary<TCell, long> cells, TCell cell, long count) where TCell : notnull =>
        cells[cell] = cells.GetValueOrDefault(cell) + count;
}
