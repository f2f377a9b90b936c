namespace Aurora.Core.Tasks;

/// <summary>What becomes of an attempt to change a task's state.</summary>
/// <param name="Outcome">Whether the state changes.</param>
/// <param name="Effects">What must be done, in this order, in one transaction.</param>
/// <param name="Reason">When the state does not change: why not, in words.</param>
public sealed record TransitionDecision(TransitionOutcome Outcome, IReadOnlyList<TransitionEffect> Effects, string Reason);

/// <summary>Whether a state changes.</summary>
public enum TransitionOutcome
{
    /// <summary>It changes.</summary>
    Applied,

    /// <summary>The task is in that state already.</summary>
    Noop,

    /// <summary>It may not; nothing is to be done.</summary>
    Illegal,

    /// <summary>It may not, but something must be done: the attempt tells of a task that should not run.</summary>
    IllegalWithSideEffects,
}

/// <summary>What a transition brings with it, in the order in which effects are executed (aurora-spec section 4).</summary>
public enum TransitionEffect
{
    /// <summary>The instance has one more failed attempt.</summary>
    IncrementFailures,

    /// <summary>The new state is stored with an event.</summary>
    SaveState,

    /// <summary>A new attempt at the instance is made.</summary>
    Reschedule,

    /// <summary>The task goes on to LOST at once.</summary>
    TransitionToLost,

    /// <summary>The worker is told to end the task.</summary>
    Kill,

    /// <summary>The task is removed, and with it its history.</summary>
    Delete,
}
