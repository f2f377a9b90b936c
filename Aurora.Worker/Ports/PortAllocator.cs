using System.Globalization;
using Aurora.Core.Errors;

namespace Aurora.Worker.Ports;

/// <summary>
/// Gives port numbers to tasks: none that another task of this worker has, and none that cannot be bound now. It goes round its range from a random place, so that a port that was
/// just given back is the last to be given again: clients of the ended task would otherwise reach another one. Weak where a program outside of Aurora takes a port between the look
/// and the task's own bind; the task then fails by itself. Thread-safe.
/// </summary>
/// <param name="range">The numbers.</param>
/// <param name="isFree">Whether a number can be bound now; called under the lock, so it must be quick.</param>
/// <param name="start">The place in the range to begin at, 0 or more.</param>
internal sealed class PortAllocator(PortRange range, Func<int, bool> isFree, int start)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SortedDictionary<string, int>> _tasks = new(StringComparer.Ordinal); // under _gate
    private int _next = start % range.Count; // under _gate

    /// <summary>Makes an allocator on this machine's ports.</summary>
    /// <param name="range">The numbers.</param>
    public PortAllocator(PortRange range)
#pragma warning disable CA5394 // The place to begin at is no secret, and the cryptographic generator brings a library of 7 MB into the agent's memory.
        : this(range, PortProbe.IsFree, Random.Shared.Next(range.Count))
#pragma warning restore CA5394
    {
    }

    /// <summary>Gives a task a port for each name, or none at all. Names that it has a port for keep it, so asking again gives the same.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="names">The ports' names; repeated ones count once.</param>
    /// <returns>The numbers by name, for these names; or the fault (AUR4008), and nothing is taken.</returns>
    public (IReadOnlyDictionary<string, int>? Ports, Fault? Fault) Take(string taskId, IReadOnlyList<string> names)
    {
        lock (_gate)
        {
            var held = _tasks.GetValueOrDefault(taskId);
            var missing = names.Distinct(StringComparer.Ordinal).Where(name => held?.ContainsKey(name) != true).ToList();
            var numbers = Find(missing.Count);
            if (numbers.Count < missing.Count)
            {
                return (null, new Fault(ErrorCodes.PortsUnavailable, "ports", string.Join(',', missing), string.Create(
                    CultureInfo.InvariantCulture, $"need {missing.Count} free ports, but this worker has only {numbers.Count} left in its range {range}")));
            }

            foreach (var (name, number) in missing.Zip(numbers))
            {
                Of(taskId)[name] = number;
            }

            return (new SortedDictionary<string, int>(
                names.Distinct(StringComparer.Ordinal).ToDictionary(name => name, name => Of(taskId)[name], StringComparer.Ordinal), StringComparer.Ordinal), null);
        }
    }

    /// <summary>Notes what a task of an earlier agent has, whatever the range is now and whether it is bound or not: it may be running. Takes the place of what was noted.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="ports">Its ports by name.</param>
    public void Adopt(string taskId, IReadOnlyDictionary<string, int> ports)
    {
        lock (_gate)
        {
            _tasks[taskId] = new SortedDictionary<string, int>(ports.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        }
    }

    /// <summary>Takes a task's ports back. Nothing happens when it has none.</summary>
    /// <param name="taskId">The task, of which nothing runs any more.</param>
    public void Release(string taskId)
    {
        lock (_gate)
        {
            _ = _tasks.Remove(taskId);
        }
    }

    private SortedDictionary<string, int> Of(string taskId)
    {
        if (!_tasks.TryGetValue(taskId, out var ports))
        {
            _tasks[taskId] = ports = new SortedDictionary<string, int>(StringComparer.Ordinal);
        }

        return ports;
    }

    private List<int> Find(int count)
    {
        var found = new List<int>(count);
        if (count == 0)
        {
            return found;
        }

        var taken = _tasks.Values.SelectMany(ports => ports.Values).ToHashSet();
        for (var step = 0; step < range.Count && found.Count < count; step++)
        {
            var number = range.At(_next);
            _next = (_next + 1) % range.Count;
            if (!taken.Contains(number) && isFree(number))
            {
                found.Add(number);
            }
        }

        return found;
    }
}
