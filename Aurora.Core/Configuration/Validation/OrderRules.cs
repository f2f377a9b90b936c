using Aurora.Core.Configuration.Reading;
using Aurora.Core.Errors;

namespace Aurora.Core.Configuration.Validation;

/// <summary>
/// The rules of order constraints (aurora-spec section 2.3): known names, final or ordinary processes only, no waiting for what never
/// ends, no cycle.
/// </summary>
internal static class OrderRules
{
    public static IEnumerable<Fault> Check(TaskConfiguration task)
    {
        var processes = new Dictionary<string, ProcessConfiguration>(StringComparer.Ordinal);
        foreach (var process in task.Processes)
        {
            processes[process.Name] = process;
        }

        var faults = task.Constraints.SelectMany((constraint, i) => CheckChain(constraint.Order, $"task.constraints[{i}].order", processes)).ToList();
        if (Cycle(task) is { } cycle)
        {
            faults.Add(new Fault(ErrorCodes.InvalidOrder, "task.constraints", "",
                $"form a cycle, so none of these can ever start: {string.Join(" -> ", cycle)}"));
        }

        return faults;
    }

    private static IEnumerable<Fault> CheckChain(IReadOnlyList<string> order, string path, Dictionary<string, ProcessConfiguration> processes)
    {
        for (var i = 0; i < order.Count; i++)
        {
            if (!processes.TryGetValue(order[i], out var process))
            {
                var nearest = NearestName.Of(order[i], processes.Keys);
                var hint = nearest is null ? $"its processes are {string.Join(", ", processes.Keys)}" : $"did you mean '{nearest}'?";
                yield return Fault($"{path}[{i}]", order[i], $"names no process of the task; {hint}");
                continue;
            }

            if (i > 0 && processes.TryGetValue(order[i - 1], out var before) && Waiting(before, process) is { } rule)
            {
                yield return Fault($"{path}[{i}]", process.Name, rule);
            }
        }

        var known = order.Where(processes.ContainsKey).ToLookup(name => processes[name].Final);
        if (known[true].FirstOrDefault() is { } final && known[false].FirstOrDefault() is { } ordinary)
        {
            yield return Fault(path, string.Join(", ", order),
                $"mixes the final process '{final}' and the ordinary process '{ordinary}'; final processes run after all ordinary ones anyway");
        }
    }

    private static string? Waiting(ProcessConfiguration before, ProcessConfiguration process) =>
        before.Daemon ? $"waits for the daemon '{before.Name}', which never ends"
        : before.Ephemeral && !process.Ephemeral
            ? $"waits for the ephemeral process '{before.Name}', which need not end; make '{process.Name}' ephemeral too, or take it out of the order"
        : null;

    /// <summary>The names along a cycle, the first one repeated at the end; null when there is none.</summary>
    private static List<string>? Cycle(TaskConfiguration task)
    {
        var next = task.Constraints.SelectMany(c => c.Order.Zip(c.Order.Skip(1))).Distinct().ToLookup(edge => edge.First, edge => edge.Second);
        var done = new HashSet<string>(StringComparer.Ordinal);
        return next.Select(group => Walk(group.Key, next, done)).FirstOrDefault(cycle => cycle is not null);
    }

    /// <summary>Depth first without recursion: chains may be thousands of names long.</summary>
    private static List<string>? Walk(string start, ILookup<string, string> next, HashSet<string> done)
    {
        var path = new List<string>();
        var onPath = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Stack<(string Name, int Depth)>([(start, 0)]);
        while (pending.TryPop(out var step))
        {
            foreach (var left in path.Skip(step.Depth))
            {
                onPath.Remove(left);
                done.Add(left);
            }

            path.RemoveRange(step.Depth, path.Count - step.Depth);
            if (onPath.Contains(step.Name))
            {
                return [.. path.SkipWhile(name => name != step.Name), step.Name];
            }

            if (done.Contains(step.Name))
            {
                continue;
            }

            path.Add(step.Name);
            onPath.Add(step.Name);
            foreach (var following in next[step.Name].Reverse())
            {
                pending.Push((following, step.Depth + 1));
            }
        }

        done.UnionWith(path);
        return null;
    }

    private static Fault Fault(string field, string value, string rule) => new(ErrorCodes.InvalidOrder, field, ShownValue.Of(value), rule);
}
