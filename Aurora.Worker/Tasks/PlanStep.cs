using System.Collections.Immutable;
using Aurora.Core.Tasks;

namespace Aurora.Worker.Tasks;

/// <summary>What is to be done for a task now.</summary>
/// <param name="Starts">Runs to start, in the order of the task's processes.</param>
/// <param name="Stop">What is to be done to the processes that run.</param>
/// <param name="NextDue">When to ask again if nothing happens; null when only an event can change anything.</param>
internal sealed record PlanStep(ImmutableArray<PlannedRun> Starts, StopPhase Stop, DateTimeOffset? NextDue);

/// <summary>A run that is to start.</summary>
/// <param name="Process">The process's name.</param>
/// <param name="Run">The run, from 0.</param>
internal readonly record struct PlannedRun(string Process, int Run);

/// <summary>How hard what runs is asked to end.</summary>
internal enum StopPhase
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By SIGTERM.</summary>
    Terminate,

    /// <summary>By SIGKILL: the time for the gentle way is over.</summary>
    Kill,
}

/// <summary>A task that is ending: what it ends in once nothing of it runs any more.</summary>
/// <param name="Outcome">A terminal state.</param>
/// <param name="Message">Why, if there is something to say.</param>
/// <param name="Since">When it began to end; the time for SIGTERM counts from here, also over a restart.</param>
/// <param name="Asked">Whether somebody asked for it; then the kill's waiting time counts instead of the task's <c>finalization_wait</c>.</param>
internal sealed record TaskEnding(TaskState Outcome, string? Message, DateTimeOffset Since, bool Asked);

/// <summary>A state that a task came to.</summary>
/// <param name="State">The state.</param>
/// <param name="At">When.</param>
/// <param name="Message">Why, if there is something to say.</param>
internal sealed record StateChange(TaskState State, DateTimeOffset At, string? Message);
