namespace Aurora.Broker.Scheduling;

/// <summary>
/// Decides whether an agent that says hello under a worker's id is that worker: the one that is known, its successor on the same folder, or whoever comes after a silence. Another agent beside one that is
/// heard is a twin: two machines were given the same id. It is refused and reported, since taking each of both in turn would make the tasks of the other one lost.
/// </summary>
internal static class SessionRule
{
    /// <summary>Decides.</summary>
    /// <param name="question">Who says hello, and who is known.</param>
    /// <returns>The verdict.</returns>
    public static SessionVerdict Decide(SessionQuestion question)
    {
        if (question.Known is not { } known)
            return SessionVerdict.Taken;
        if (question.Session == known)
            return question.WasOvertaken ? SessionVerdict.Overtaken : SessionVerdict.Taken;
        if (question.KnownIsSilent)
            return SessionVerdict.Taken;
        if (question.ReplacedFor is { } since)
            return since >= question.Hearing ? SessionVerdict.Twin : SessionVerdict.Overtaken; // Late words of one that is gone, unless it goes on speaking.
        return question.Previous is null || question.Previous.Contains(known) ? SessionVerdict.Taken : SessionVerdict.Twin;
    }
}

/// <summary>An agent that says hello.</summary>
/// <param name="Session">Its session.</param>
/// <param name="Previous">The sessions before it on its folder; null when it does not say.</param>
/// <param name="WasOvertaken">Whether a later message of its session came before it.</param>
/// <param name="Known">The session that the worker has for the broker; null for a new worker.</param>
/// <param name="KnownIsSilent">Whether that one was not heard for so long that it is lost.</param>
/// <param name="ReplacedFor">How long ago the one that says hello was replaced by another; null when it was not.</param>
/// <param name="Hearing">Within which time a worker that is there is heard.</param>
internal readonly record struct SessionQuestion(
    Guid Session, IReadOnlyList<Guid>? Previous, bool WasOvertaken, Guid? Known, bool KnownIsSilent, TimeSpan? ReplacedFor, TimeSpan Hearing);

/// <summary>Whether an agent is the worker.</summary>
internal enum SessionVerdict
{
    /// <summary>It is.</summary>
    Taken,

    /// <summary>It was, but what it says is older than what is known.</summary>
    Overtaken,

    /// <summary>Another agent is, and both are there.</summary>
    Twin,
}
