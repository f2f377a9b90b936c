using System.Collections.Frozen;
using static Aurora.Core.Tasks.TaskState;

namespace Aurora.Core.Tasks;

/// <summary>
/// The task state machine of aurora-spec section 4, as a table. A cell that is not in the table is illegal without effects; a state to itself changes nothing.
/// Three cells of PARTITIONED are ours, not Aurora's (docs/decisions/0008): FINISHED starts a service again, KILLED ends the attempt, and KILLING tells the worker.
/// </summary>
public static class TaskStateMachine
{
    private static readonly FrozenDictionary<(TaskState From, TaskState To), Rule> Table = new Dictionary<(TaskState, TaskState), Rule>
    {
        [(Init, Pending)] = Rule.Save,
        [(Init, Throttled)] = Rule.Save,

        [(Throttled, Pending)] = Rule.Save,
        [(Throttled, Killing)] = Rule.DeleteOnly,

        [(Pending, Assigned)] = Rule.Save,
        [(Pending, Killing)] = Rule.DeleteOnly,

        [(Assigned, Starting)] = Rule.Save,
        [(Assigned, Running)] = Rule.Save,
        [(Assigned, Finished)] = Rule.ServicePath,
        [(Assigned, Failed)] = Rule.FailPath,
        [(Assigned, Killed)] = Rule.Reschedule,
        [(Assigned, Lost)] = Rule.RescheduleAndKill,
        [(Assigned, Restarting)] = Rule.Kill,
        [(Assigned, Draining)] = Rule.Kill,
        [(Assigned, Preempting)] = Rule.Kill,
        [(Assigned, Killing)] = Rule.Kill,

        [(Starting, Running)] = Rule.Save,
        [(Starting, Finished)] = Rule.ServicePath,
        [(Starting, Failed)] = Rule.FailPath,
        [(Starting, Killed)] = Rule.Reschedule,
        [(Starting, Lost)] = Rule.Reschedule,
        [(Starting, Restarting)] = Rule.Kill,
        [(Starting, Draining)] = Rule.Kill,
        [(Starting, Preempting)] = Rule.Kill,
        [(Starting, Killing)] = Rule.Kill,
        [(Starting, Partitioned)] = Rule.Save,

        [(Running, Finished)] = Rule.ServicePath,
        [(Running, Failed)] = Rule.FailPath,
        [(Running, Killed)] = Rule.Reschedule,
        [(Running, Lost)] = Rule.Reschedule,
        [(Running, Restarting)] = Rule.Kill,
        [(Running, Draining)] = Rule.Kill,
        [(Running, Preempting)] = Rule.Kill,
        [(Running, Killing)] = Rule.Kill,
        [(Running, Partitioned)] = Rule.Save,

        [(Partitioned, Running)] = Rule.Save,
        [(Partitioned, Starting)] = Rule.Save,
        [(Partitioned, Assigned)] = Rule.Save,
        [(Partitioned, Finished)] = Rule.ServicePath, // Ours: in Aurora a service that ended while its worker was out of reach stays down.
        [(Partitioned, Failed)] = Rule.FailPath,
        [(Partitioned, Killed)] = Rule.Reschedule, // Ours: in Aurora illegal, which leaves an ended attempt PARTITIONED for good.
        [(Partitioned, Lost)] = Rule.KillAndRescheduleUnlessKilling,
        [(Partitioned, Killing)] = Rule.ToLostAndKill, // Ours: the kill waits in the worker's queue; in Aurora it is sent only when the worker tells of the task.
        [(Partitioned, Restarting)] = Rule.ToLost,
        [(Partitioned, Draining)] = Rule.ToLost,
        [(Partitioned, Preempting)] = Rule.ToLost,

        [(Restarting, Finished)] = Rule.Reschedule,
        [(Restarting, Failed)] = Rule.Reschedule,
        [(Restarting, Killed)] = Rule.Reschedule,
        [(Restarting, Lost)] = Rule.RescheduleAndKill,
        [(Restarting, Killing)] = Rule.Save,
        [(Restarting, Partitioned)] = Rule.ToLost,
        [(Restarting, Assigned)] = Rule.IllegalKill,
        [(Restarting, Starting)] = Rule.IllegalKill,
        [(Restarting, Running)] = Rule.IllegalKill,

        [(Draining, Finished)] = Rule.Reschedule,
        [(Draining, Failed)] = Rule.Reschedule,
        [(Draining, Killed)] = Rule.Reschedule,
        [(Draining, Lost)] = Rule.RescheduleAndKill,
        [(Draining, Killing)] = Rule.Save,
        [(Draining, Partitioned)] = Rule.ToLost,
        [(Draining, Assigned)] = Rule.IllegalKill,
        [(Draining, Starting)] = Rule.IllegalKill,
        [(Draining, Running)] = Rule.IllegalKill,

        [(Preempting, Finished)] = Rule.Reschedule,
        [(Preempting, Failed)] = Rule.Reschedule,
        [(Preempting, Killed)] = Rule.Reschedule,
        [(Preempting, Lost)] = Rule.RescheduleAndKill,
        [(Preempting, Killing)] = Rule.Save,
        [(Preempting, Partitioned)] = Rule.ToLost,
        [(Preempting, Assigned)] = Rule.IllegalKill,
        [(Preempting, Starting)] = Rule.IllegalKill,
        [(Preempting, Running)] = Rule.IllegalKill,

        [(Killing, Finished)] = Rule.Save,
        [(Killing, Failed)] = Rule.Save,
        [(Killing, Killed)] = Rule.Save,
        [(Killing, Lost)] = Rule.Save,
        [(Killing, Partitioned)] = Rule.ToLost,
        [(Killing, Deleted)] = Rule.DeleteOnly,
        [(Killing, Assigned)] = Rule.IllegalKill,
        [(Killing, Starting)] = Rule.IllegalKill,
        [(Killing, Running)] = Rule.IllegalKill,

        [(Finished, Deleted)] = Rule.DeleteOnly,
        [(Finished, Assigned)] = Rule.IllegalKill,
        [(Finished, Starting)] = Rule.IllegalKill,
        [(Finished, Running)] = Rule.IllegalKill,

        [(Failed, Deleted)] = Rule.DeleteOnly,
        [(Failed, Assigned)] = Rule.IllegalKill,
        [(Failed, Starting)] = Rule.IllegalKill,
        [(Failed, Running)] = Rule.IllegalKill,

        [(Killed, Deleted)] = Rule.DeleteOnly,
        [(Killed, Assigned)] = Rule.IllegalKill,
        [(Killed, Starting)] = Rule.IllegalKill,
        [(Killed, Running)] = Rule.IllegalKill,

        [(Lost, Deleted)] = Rule.DeleteOnly,
        [(Lost, Assigned)] = Rule.IllegalKill,
        [(Lost, Starting)] = Rule.IllegalKill,
        [(Lost, Running)] = Rule.IllegalKill,

        [(Deleted, Assigned)] = Rule.IllegalKill,
        [(Deleted, Starting)] = Rule.IllegalKill,
        [(Deleted, Running)] = Rule.IllegalKill,
    }.ToFrozenDictionary();

    // What a cell says. Decisions without facts are made once, since a busy broker asks for thousands a second.
    private enum Rule
    {
        Save,
        DeleteOnly,
        ServicePath,
        FailPath,
        Reschedule,
        RescheduleAndKill,
        Kill,
        KillAndRescheduleUnlessKilling,
        ToLost,
        ToLostAndKill,
        IllegalKill,
    }

    private static readonly TransitionDecision Save = Applied(TransitionEffect.SaveState);
    private static readonly TransitionDecision SaveDelete = Applied(TransitionEffect.Delete);
    private static readonly TransitionDecision SaveReschedule = Applied(TransitionEffect.SaveState, TransitionEffect.Reschedule);
    private static readonly TransitionDecision SaveRescheduleKill =
        Applied(TransitionEffect.SaveState, TransitionEffect.Reschedule, TransitionEffect.Kill);
    private static readonly TransitionDecision SaveKill = Applied(TransitionEffect.SaveState, TransitionEffect.Kill);
    private static readonly TransitionDecision SaveToLost = Applied(TransitionEffect.SaveState, TransitionEffect.TransitionToLost);
    private static readonly TransitionDecision SaveToLostKill =
        Applied(TransitionEffect.SaveState, TransitionEffect.TransitionToLost, TransitionEffect.Kill);
    private static readonly TransitionDecision Failure = Applied(TransitionEffect.IncrementFailures, TransitionEffect.SaveState);
    private static readonly TransitionDecision FailureReschedule =
        Applied(TransitionEffect.IncrementFailures, TransitionEffect.SaveState, TransitionEffect.Reschedule);

    /// <summary>Says what becomes of an attempt to bring a task from one state to another.</summary>
    /// <param name="from">The state it is in; DELETED for a task that is not known.</param>
    /// <param name="to">The state it shall go to, or is said to be in.</param>
    /// <param name="facts">What else is known of it.</param>
    /// <returns>The decision.</returns>
    public static TransitionDecision Decide(TaskState from, TaskState to, TaskFacts facts)
    {
        if (from == to)
            return new TransitionDecision(TransitionOutcome.Noop, [], $"the task is {to} already");

        if (!Table.TryGetValue((from, to), out var rule))
            return new TransitionDecision(TransitionOutcome.Illegal, [], $"a {from} task cannot become {to}");

        return rule switch
        {
            Rule.Save => Save,
            Rule.DeleteOnly => SaveDelete,
            Rule.ServicePath => facts.IsService ? SaveReschedule : Save,
            Rule.FailPath => MayTryAgain(facts) ? FailureReschedule : Failure,
            Rule.Reschedule => SaveReschedule,
            Rule.RescheduleAndKill => SaveRescheduleKill,
            Rule.Kill => SaveKill,
            Rule.KillAndRescheduleUnlessKilling => facts.HasKillingInHistory ? SaveKill : SaveRescheduleKill,
            Rule.ToLost => SaveToLost,
            Rule.ToLostAndKill => SaveToLostKill,
            _ => new TransitionDecision(TransitionOutcome.IllegalWithSideEffects, [TransitionEffect.Kill],
                $"a {from} task cannot become {to}; what runs is ended"),
        };
    }

    // Counted before the increment: with the default of 1 the first failure is the last.
    private static bool MayTryAgain(TaskFacts facts) =>
        facts.IsService || facts.MaxTaskFailures == -1 || facts.FailureCount < facts.MaxTaskFailures - 1;

    private static TransitionDecision Applied(params TransitionEffect[] effects) => new(TransitionOutcome.Applied, effects, "");
}
