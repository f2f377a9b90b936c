using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Worker.Tasks;

namespace Aurora.Worker.Agent;

/// <summary>What is to be said of one task, decided from its plan alone.</summary>
internal static class TaskNews
{
    /// <summary>How a task stands.</summary>
    /// <param name="task">The task.</param>
    /// <param name="plan">How far it has come.</param>
    /// <param name="ports">All its ports.</param>
    /// <returns>One report.</returns>
    public static TaskReport Standing(TaskId task, TaskPlan plan, IReadOnlyDictionary<string, int> ports) => Report(task, ports, plan.Changes[^1], plan);

    /// <summary>
    /// Every state since the last confirmed report, oldest first, so that a task that was over at once still has its RUNNING in its history; STARTING is left out when
    /// it is over already. The processes stand in the last one. Without a new state (a process came or went) it is the present one again.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="plan">How far it has come.</param>
    /// <param name="ports">All its ports.</param>
    /// <param name="confirmed">How many of its states were confirmed before.</param>
    /// <returns>At least one report.</returns>
    public static IEnumerable<TaskReport> Since(TaskId task, TaskPlan plan, IReadOnlyDictionary<string, int> ports, int confirmed) =>
        plan.Changes
            .Take(plan.Changes.Length - 1)
            .Skip(confirmed)
            .Where(change => change.State != TaskState.Starting)
            .Select(change => Report(task, ports, change, null))
            .Append(Standing(task, plan, ports));

    private static TaskReport Report(TaskId task, IReadOnlyDictionary<string, int> ports, StateChange change, TaskPlan? plan) =>
        new(task, change.State, change.At, change.Message, plan is null ? [] : [.. plan.Processes.Select(p => p.ToReport())])
        {
            Ports = ports.Count == 0 ? null : ports,
            Usage = plan?.Usage,
        };
}
