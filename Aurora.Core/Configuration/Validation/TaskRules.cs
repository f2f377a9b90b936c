using Aurora.Core.Configuration.Reading;
using Aurora.Core.Errors;

namespace Aurora.Core.Configuration.Validation;

/// <summary>The rules of a task's processes taken together.</summary>
internal static class TaskRules
{
    /// <summary>Process names are unique in a task. The original lets the last definition win in silence (appendix B rule 21); here it is refused.</summary>
    public static IEnumerable<Fault> Names(TaskConfiguration task)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < task.Processes.Count; i++)
        {
            if (!first.TryAdd(task.Processes[i].Name, i))
            {
                yield return new Fault(ErrorCodes.DuplicateName, $"task.processes[{i}].name", task.Processes[i].Name,
                    $"is the name of task.processes[{first[task.Processes[i].Name]}] already; process names are unique in a task");
            }
        }
    }

    /// <summary>
    /// A task whose ordinary processes are all ephemeral would be complete before it began (aurora-spec section 3.2): the original starts and kills
    /// them at once, here it is refused. A task of final processes only is fine: it runs them.
    /// </summary>
    public static IEnumerable<Fault> Completion(TaskConfiguration task)
    {
        var ordinary = task.Processes.Where(p => !p.Final).ToList();
        if (ordinary.Count > 0 && ordinary.TrueForAll(p => p.Ephemeral))
        {
            var names = string.Join(", ", ordinary.Select(p => p.Name));
            yield return new Fault(ErrorCodes.InvalidCombination, "task.processes", ShownValue.Of(names),
                "are all ephemeral, so the task would be complete before it began; one process that is not final must not be ephemeral");
        }
    }
}
