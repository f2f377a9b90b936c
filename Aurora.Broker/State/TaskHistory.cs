using System.Collections.Immutable;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>Writes a task's history.</summary>
internal static class TaskHistory
{
    /// <summary>
    /// Adds a step. A worker that comes and goes would fill the history (and its row) without end: of X → PARTITIONED → X → PARTITIONED only the first X and the last PARTITIONED
    /// stay; how often it was is counted beside it.
    /// </summary>
    /// <param name="events">The history, oldest first.</param>
    /// <param name="step">The step.</param>
    /// <returns>The history with it.</returns>
    public static ImmutableArray<TaskEvent> Append(ImmutableArray<TaskEvent> events, TaskEvent step) =>
        step.State == TaskState.Partitioned && events is [.., var first, { State: TaskState.Partitioned }, var last] && first.State == last.State
            ? events.RemoveRange(events.Length - 2, 2).Add(step)
            : events.Add(step);

    /// <summary>The phase in which the task's worker should list it: the last one that it reported.</summary>
    /// <param name="task">A task that is on a worker.</param>
    /// <returns>The phase; null when the worker has not said yet that it has the task.</returns>
    public static TaskPhase? PhaseOnWorker(TaskRecord task)
    {
        if (task.State is TaskState.Starting or TaskState.Running)
            return TaskDigest.PhaseOf(task.State);
        for (var i = task.Events.Length - 1; i >= 0; i--)
        {
            if (task.Events[i].State is TaskState.Starting or TaskState.Running)
                return TaskDigest.PhaseOf(task.Events[i].State);
        }

        return null;
    }
}
