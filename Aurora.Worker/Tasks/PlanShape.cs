using System.Collections.Immutable;
using Aurora.Core.Configuration;

namespace Aurora.Worker.Tasks;

/// <summary>What of a task never changes: its processes' order. Computed once, so that deciding stays linear in the number of processes.</summary>
internal sealed class PlanShape
{
    private readonly Dictionary<string, int> _indexes;

    private PlanShape(TaskConfiguration task, PlanRules rules, Dictionary<string, int> indexes, ImmutableArray<ImmutableArray<int>> predecessors)
    {
        Task = task;
        Rules = rules;
        _indexes = indexes;
        Predecessors = predecessors;
    }

    /// <summary>The task.</summary>
    public TaskConfiguration Task { get; }

    /// <summary>What else decides how the plan goes.</summary>
    public PlanRules Rules { get; }

    /// <summary>For each process the processes that must have succeeded before it starts.</summary>
    public ImmutableArray<ImmutableArray<int>> Predecessors { get; }

    /// <summary>
    /// Reads the shape. Names in constraints that are no process are left out here: submission refuses them (AUR1107), and a task that came
    /// otherwise must not take its worker down.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="rules">What else decides.</param>
    /// <returns>Its shape.</returns>
    public static PlanShape Of(TaskConfiguration task, PlanRules rules)
    {
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < task.Processes.Count; i++)
        {
            indexes.TryAdd(task.Processes[i].Name, i);
        }

        var before = task.Processes.Select(_ => new SortedSet<int>()).ToArray();
        foreach (var chain in task.Constraints.Select(c => c.Order))
        {
            for (var i = 1; i < chain.Count; i++)
            {
                if (indexes.TryGetValue(chain[i - 1], out var first) && indexes.TryGetValue(chain[i], out var second))
                {
                    before[second].Add(first);
                }
            }
        }

        return new PlanShape(task, rules, indexes, [.. before.Select(set => set.ToImmutableArray())]);
    }

    /// <summary>The index of a process.</summary>
    /// <param name="process">Its name.</param>
    /// <returns>Its index, or -1.</returns>
    public int IndexOf(string process) => _indexes.GetValueOrDefault(process, -1);
}
