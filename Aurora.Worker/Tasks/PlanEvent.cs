using System.Text.Json.Serialization;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Worker.Processes;

namespace Aurora.Worker.Tasks;

/// <summary>
/// A fact about one task, and a line of its checkpoint. A <see cref="TaskPlan"/> is nothing but its definition and these facts in order, so replaying
/// a checkpoint gives the plan's state by construction. Wire names are explicit: a later release reads what this one wrote.
/// </summary>
/// <param name="At">When it happened, by this machine's clock.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(SandboxMade), "sandbox_made")]
[JsonDerivedType(typeof(Refused), "refused")]
[JsonDerivedType(typeof(RunForked), "run_forked")]
[JsonDerivedType(typeof(RunStarted), "run_started")]
[JsonDerivedType(typeof(RunNotStarted), "run_not_started")]
[JsonDerivedType(typeof(RunEnded), "run_ended")]
[JsonDerivedType(typeof(HealthPassed), "health_passed")]
[JsonDerivedType(typeof(EndAsked), "end_asked")]
[JsonDerivedType(typeof(HookCalled), "hook_called")]
[JsonDerivedType(typeof(Cleaned), "cleaned")]
[JsonDerivedType(typeof(Finalized), "finalized")]
internal abstract record PlanEvent(DateTimeOffset At)
{
    /// <summary>The sandbox is there and the ports are taken; processes may start.</summary>
    /// <param name="At">When.</param>
    /// <param name="Ports">The numbers that the task was given, by the names that it asks for; null for none.</param>
    internal sealed record SandboxMade(DateTimeOffset At, IReadOnlyDictionary<string, int>? Ports = null) : PlanEvent(At);

    /// <summary>The task cannot run here: unknown role, no sandbox.</summary>
    /// <param name="At">When.</param>
    /// <param name="Message">Why, beginning with a code.</param>
    internal sealed record Refused(DateTimeOffset At, string Message) : PlanEvent(At);

    /// <summary>A run is about to be launched. Written before the launcher is asked, so that no run can be lost sight of.</summary>
    /// <param name="At">When.</param>
    /// <param name="Process">The process's name.</param>
    /// <param name="Run">The run, from 0.</param>
    internal sealed record RunForked(DateTimeOffset At, string Process, int Run) : PlanEvent(At);

    /// <summary>The run was launched.</summary>
    /// <param name="At">When it started.</param>
    /// <param name="Process">The process's name.</param>
    /// <param name="Run">The run.</param>
    /// <param name="Identity">Which process of this machine it is.</param>
    internal sealed record RunStarted(DateTimeOffset At, string Process, int Run, ProcessIdentity Identity) : PlanEvent(At);

    /// <summary>The run could not be launched; it counts as a failed run.</summary>
    /// <param name="At">When.</param>
    /// <param name="Process">The process's name.</param>
    /// <param name="Run">The run.</param>
    /// <param name="Code">The error code.</param>
    /// <param name="Reason">Why.</param>
    internal sealed record RunNotStarted(DateTimeOffset At, string Process, int Run, string Code, string Reason) : PlanEvent(At);

    /// <summary>The run ended. With neither code nor signal nobody saw how.</summary>
    /// <param name="At">When.</param>
    /// <param name="Process">The process's name.</param>
    /// <param name="Run">The run.</param>
    /// <param name="ExitCode">Its exit code, when it exited.</param>
    /// <param name="Signal">The signal, when one ended it.</param>
    internal sealed record RunEnded(DateTimeOffset At, string Process, int Run, int? ExitCode, int? Signal) : PlanEvent(At)
    {
        /// <summary>The processor time that it used, in seconds, where it is known.</summary>
        public double? CpuSecs { get; init; }

        /// <summary>Its greatest resident size, in bytes, where it is known.</summary>
        public long? RamPeak { get; init; }
    }

    /// <summary>The health checks have succeeded often enough: the task is RUNNING.</summary>
    /// <param name="At">When.</param>
    internal sealed record HealthPassed(DateTimeOffset At) : PlanEvent(At);

    /// <summary>
    /// Somebody wants the task to end. Written before the first signal is sent, so that a restarted agent goes on killing. Of a task that is ending by itself it changes
    /// no more than the time that is left: what its work came to stays true.
    /// </summary>
    /// <param name="At">When.</param>
    /// <param name="Outcome">The state that it ends in: KILLED (asked), FAILED (unhealthy, over its limits) or LOST.</param>
    /// <param name="Reason">Why, for the task's history.</param>
    internal sealed record EndAsked(DateTimeOffset At, TaskState Outcome, string Reason) : PlanEvent(At);

    /// <summary>A lifecycle endpoint was called.</summary>
    /// <param name="At">When the call was over.</param>
    /// <param name="Hook">Which.</param>
    /// <param name="Answered">Whether any HTTP response came; without one nothing is waited for.</param>
    internal sealed record HookCalled(DateTimeOffset At, EndHook Hook, bool Answered) : PlanEvent(At);

    /// <summary>Nothing of the task's ordinary processes is left, double-forked daemons included.</summary>
    /// <param name="At">When.</param>
    /// <param name="TimeLeft">Whether there is time for the final processes.</param>
    /// <param name="Usage">What the task has used.</param>
    internal sealed record Cleaned(DateTimeOffset At, bool TimeLeft, ResourceUsage? Usage) : PlanEvent(At);

    /// <summary>The final processes are over, or their time is, and nothing of the task is left.</summary>
    /// <param name="At">When.</param>
    /// <param name="Usage">What the task has used.</param>
    internal sealed record Finalized(DateTimeOffset At, ResourceUsage? Usage) : PlanEvent(At);
}
