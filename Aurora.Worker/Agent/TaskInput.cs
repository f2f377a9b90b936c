using Aurora.Core.Tasks;
using Aurora.Messaging;
using Aurora.Worker.Processes;

namespace Aurora.Worker.Agent;

/// <summary>Something that one task on this worker is told. Handled one after the other; a delivery is settled once what it says is on disk.</summary>
internal abstract record TaskInput
{
    /// <summary>The order to run it has come, for the first time or again.</summary>
    /// <param name="Delivery">The order.</param>
    internal sealed record Ordered(IDelivery Delivery) : TaskInput;

    /// <summary>The agent has started and found it on disk.</summary>
    /// <param name="Runs">What the launcher knows of its runs.</param>
    internal sealed record Found(IReadOnlyList<RecoveredRun> Runs) : TaskInput;

    /// <summary>A run of it ended.</summary>
    /// <param name="Exit">How.</param>
    internal sealed record Exited(ProcessExit Exit) : TaskInput;

    /// <summary>It shall end.</summary>
    /// <param name="Outcome">In which state: KILLED or LOST.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Delivery">The order, when it came by a message.</param>
    internal sealed record AskedToEnd(TaskState Outcome, string Reason, IDelivery? Delivery) : TaskInput;

    /// <summary>A health check was made.</summary>
    /// <param name="Healthy">What it found.</param>
    /// <param name="Why">Why it is not healthy.</param>
    internal sealed record HealthChecked(bool Healthy, string? Why) : TaskInput;

    /// <summary>The broker has stored its end.</summary>
    internal sealed record EndRecorded : TaskInput;

    /// <summary>Something may be due.</summary>
    internal sealed record Due : TaskInput;
}
