using System.Globalization;
using Aurora.Core.Jobs;

namespace Aurora.Core.Tasks;

/// <summary>
/// What a worker has, in a number: equal sets of tasks in equal phases give equal digests, and other sets with near certainty others (64 bits). Tasks are added and taken
/// out one by one, in any order, so that the broker keeps the digest of every worker without walking over its tasks.
/// </summary>
/// <param name="Count">How many tasks.</param>
/// <param name="Sum">The sum of their hashes, modulo 2^64.</param>
public readonly record struct TaskDigest(int Count, ulong Sum)
{
    /// <summary>Adds a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="phase">Its phase on the worker.</param>
    /// <returns>The digest with it.</returns>
    public TaskDigest Add(TaskId task, TaskPhase phase) => new(Count + 1, unchecked(Sum + Hash(task, phase)));

    /// <summary>Takes a task out that was added in this phase.</summary>
    /// <param name="task">The task.</param>
    /// <param name="phase">Its phase on the worker.</param>
    /// <returns>The digest without it.</returns>
    public TaskDigest Remove(TaskId task, TaskPhase phase) => new(Count - 1, unchecked(Sum - Hash(task, phase)));

    /// <summary>The phase of a task whose worker says that it is in a state.</summary>
    /// <param name="state">STARTING, RUNNING or a terminal state.</param>
    /// <returns>The phase.</returns>
    public static TaskPhase PhaseOf(TaskState state) =>
        state.IsTerminal() ? TaskPhase.Ended : state == TaskState.Running ? TaskPhase.Running : TaskPhase.Starting;

    /// <summary>As it travels, for example <c>2-00000000deadbeef</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count}-{Sum:x16}");

    // FNV-1a over the id's characters and the phase, and a last mixing so that sums of similar ids differ in all bits. Part of the wire format: never change it.
    private static ulong Hash(TaskId task, TaskPhase phase)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in task.Value)
            hash = unchecked((hash ^ c) * 1099511628211UL);
        hash = unchecked((hash ^ (ulong)phase) * 1099511628211UL);
        hash = unchecked((hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL);
        hash = unchecked((hash ^ (hash >> 27)) * 0x94D049BB133111EBUL);
        return hash ^ (hash >> 31);
    }
}

/// <summary>How far a task is on its worker, as far as both sides can agree on it. The numbers are part of the digest: never change them.</summary>
public enum TaskPhase
{
    /// <summary>It has it, and it does not run yet.</summary>
    Starting = 1,

    /// <summary>Its processes run.</summary>
    Running = 2,

    /// <summary>It has ended, and the broker has not said that it knows.</summary>
    Ended = 3,
}
