using Aurora.Core.Tasks;
using static Aurora.Core.Tasks.TaskState;

namespace Aurora.Simulation.Invariants;

/// <summary>The legal steps of aurora-spec section 4, written down a second time from the specification, so that the product's table is checked and not believed.</summary>
internal static class SpecTable
{
    private static readonly TaskState[] Ends = [Finished, Failed, Killed, Lost];
    private static readonly TaskState[] OnPurpose = [Restarting, Draining, Preempting, Killing];

    /// <summary>Where a task may go from each state. What leads to DELETED leaves no row.</summary>
    public static IReadOnlyDictionary<TaskState, IReadOnlySet<TaskState>> Steps { get; } = new Dictionary<TaskState, IReadOnlySet<TaskState>>
    {
        [Init] = Set(Pending, Throttled),
        [Throttled] = Set(Pending, Killing),
        [Pending] = Set(Assigned, Killing),
        [Assigned] = Set([Starting, Running, .. Ends, .. OnPurpose]),
        [Starting] = Set([Running, Partitioned, .. Ends, .. OnPurpose]),
        [Running] = Set([Partitioned, .. Ends, .. OnPurpose]),
        [Partitioned] = Set([Running, Starting, Assigned, .. Ends, .. OnPurpose]), // KILLED is ours (docs/decisions/0008).
        [Restarting] = Set([Killing, Partitioned, .. Ends]),
        [Draining] = Set([Killing, Partitioned, .. Ends]),
        [Preempting] = Set([Killing, Partitioned, .. Ends]),
        [Killing] = Set([Partitioned, Deleted, .. Ends]),
        [Finished] = Set(Deleted),
        [Failed] = Set(Deleted),
        [Killed] = Set(Deleted),
        [Lost] = Set(Deleted),
    };

    public static bool Allows(TaskState from, TaskState to) => Steps.TryGetValue(from, out var targets) && targets.Contains(to);

    private static HashSet<TaskState> Set(params TaskState[] states) => [.. states];
}
