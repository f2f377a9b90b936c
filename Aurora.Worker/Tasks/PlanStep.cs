using System.Collections.Immutable;

namespace Aurora.Worker.Tasks;

/// <summary>What is to be done for a task now.</summary>
/// <param name="Starts">Runs to start, in the order of the task's processes.</param>
/// <param name="Stop">What is to be done to what runs.</param>
/// <param name="NextDue">When to ask again if nothing happens; null when only an event can change anything.</param>
internal sealed record PlanStep(ImmutableArray<PlannedRun> Starts, StopPhase Stop, DateTimeOffset? NextDue);

/// <summary>A run that is to start.</summary>
/// <param name="Process">The process's name.</param>
/// <param name="Run">The run, from 0.</param>
internal readonly record struct PlannedRun(string Process, int Run);

/// <summary>The stages of a task's end, in this order (aurora-spec sections 3.3 and 3.6); those that a task has no use for are left out.</summary>
internal enum StopPhase
{
    /// <summary>Nothing is to be stopped.</summary>
    None,

    /// <summary>The graceful endpoint is to be called.</summary>
    CallGraceful,

    /// <summary>The shutdown endpoint is to be called.</summary>
    CallShutdown,

    /// <summary>An endpoint has answered: the task gets time to end by itself.</summary>
    Wait,

    /// <summary>CLEANING: by SIGTERM, and then waiting until nothing is left.</summary>
    Terminate,

    /// <summary>By SIGKILL: the time for the gentle way is over.</summary>
    Kill,

    /// <summary>The final processes are over: what they left is killed, and the task has ended.</summary>
    Finish,
}

/// <summary>The endpoints of a task's HTTP lifecycle (aurora-spec section 2.8).</summary>
internal enum EndHook
{
    /// <summary><c>graceful_shutdown_endpoint</c>.</summary>
    Graceful,

    /// <summary><c>shutdown_endpoint</c>.</summary>
    Shutdown,
}
