using Aurora.Core.Errors;

namespace Aurora.Core.Configuration.Validation;

/// <summary>
/// Process names are unique in a task. The original lets the last definition win in silence (appendix B rule 21); here it is refused.
/// </summary>
internal static class TaskRules
{
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
}
