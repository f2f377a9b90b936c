namespace Aurora.Broker.Scheduling;

/// <summary>
/// Decides at a heartbeat whether the worker must list its tasks. A busy worker's digest differs nearly always, by what is on its way; so only a difference that lasts counts,
/// and a hello now and then costs such a worker little. Two that agree say nothing to each other, however many tasks there are.
/// </summary>
internal static class Reconciliation
{
    /// <summary>Decides.</summary>
    /// <param name="question">What the heartbeat brought.</param>
    /// <param name="options">The times.</param>
    /// <returns>Since when they differ, and whether to ask.</returns>
    public static ReconciliationDecision Decide(ReconciliationQuestion question, ReconciliationOptions options)
    {
        if (question.Agrees is not { } agrees)
            return new ReconciliationDecision(null, question.Now - question.HelloAt >= options.HelloInterval);
        if (agrees)
            return new ReconciliationDecision(null, false);
        var since = question.DiffersSince ?? question.Now;
        return question.Now - since >= options.DiffersFor ? new ReconciliationDecision(question.Now, true) : new ReconciliationDecision(since, false);
    }
}

/// <summary>What a heartbeat brought.</summary>
/// <param name="Agrees">Whether its digest is what the broker has; null when it had none.</param>
/// <param name="DiffersSince">Since when digests differ, as of the last heartbeat or hello; null when they did not.</param>
/// <param name="HelloAt">When the worker last said hello.</param>
/// <param name="Now">The time.</param>
internal readonly record struct ReconciliationQuestion(bool? Agrees, DateTimeOffset? DiffersSince, DateTimeOffset HelloAt, DateTimeOffset Now);

/// <summary>What follows.</summary>
/// <param name="DiffersSince">For the next question.</param>
/// <param name="AsksForHello">Whether the worker is asked for a hello.</param>
internal readonly record struct ReconciliationDecision(DateTimeOffset? DiffersSince, bool AsksForHello);
