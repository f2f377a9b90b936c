namespace Aurora.Worker.Isolation;

/// <summary>
/// Decides whether what was found at one look still holds at another: it does while no process of the task ran in between. Only for a minute, since others may write in a task's
/// folders, and so that the figures are never older than that. Pure.
/// </summary>
/// <param name="At">When it was looked.</param>
/// <param name="ProcessorTime">The processor time that the task had used before that look, in seconds; null when it is not known, so that nothing can be said.</param>
internal readonly record struct Glimpse(TimeSpan At, double? ProcessorTime)
{
    /// <summary>How long a look holds at most.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>Decides.</summary>
    /// <param name="now">The time now, on the clock of <see cref="At"/>.</param>
    /// <param name="processorTime">The processor time that the task has used until now, in seconds; null when it is not known.</param>
    /// <returns>True when there is nothing new to be found.</returns>
    public bool Holds(TimeSpan now, double? processorTime) => processorTime is not null && processorTime == ProcessorTime && now - At < Longest;
}
