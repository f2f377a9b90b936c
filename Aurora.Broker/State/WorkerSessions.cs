namespace Aurora.Broker.State;

/// <summary>
/// Who has spoken for a worker since this broker leads: how far the present session has come, the sessions before it, and a twin if there is one. Nothing of it is stored; after a
/// failover it is learned again. Only the worker's inputs change it, on the loop.
/// </summary>
internal sealed class WorkerSessions
{
    private const int Kept = 8;
    private readonly Queue<(Guid Session, DateTimeOffset At)> _replaced = new();
    private long _lastSequence; // The greatest that the present session has sent.
    private DateTimeOffset _twinSeenAt;

    /// <summary>Whether another agent was heard beside the worker.</summary>
    public bool HasTwin => Twin is not null;

    /// <summary>Where the other agent is; null when there is none.</summary>
    public string? Twin { get; private set; }

    /// <summary>Takes a message's number in.</summary>
    /// <param name="sequence">The number; null from a worker that does not count.</param>
    /// <returns>False when a later one came before it.</returns>
    public bool Take(long? sequence)
    {
        if (sequence is not { } number)
            return true;
        if (number <= _lastSequence)
            return false;
        _lastSequence = number;
        return true;
    }

    /// <summary>Another session takes over.</summary>
    /// <param name="before">The one that it replaces.</param>
    /// <param name="now">The time.</param>
    public void Replace(Guid before, DateTimeOffset now)
    {
        _lastSequence = 0;
        _replaced.Enqueue((before, now));
        if (_replaced.Count > Kept)
            _replaced.Dequeue();
    }

    /// <summary>When a session was replaced by another.</summary>
    /// <param name="session">The session.</param>
    /// <returns>The last time, or null when it was not.</returns>
    public DateTimeOffset? ReplacedAt(Guid session)
    {
        DateTimeOffset? at = null;
        foreach (var entry in _replaced)
        {
            if (entry.Session == session)
                at = entry.At;
        }

        return at;
    }

    /// <summary>Another agent was heard under the worker's id.</summary>
    /// <param name="where">Its host or session.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether it is news.</returns>
    public bool SeeTwin(string where, DateTimeOffset now)
    {
        var isNews = !HasTwin;
        _twinSeenAt = now;
        Twin ??= where;
        return isNews;
    }

    /// <summary>Forgets a twin that was not heard for a while.</summary>
    /// <param name="now">The time.</param>
    /// <param name="after">The while.</param>
    /// <returns>Whether there was one, and it is gone.</returns>
    public bool ForgetTwin(DateTimeOffset now, TimeSpan after)
    {
        if (!HasTwin || now - _twinSeenAt < after)
            return false;
        Twin = null;
        return true;
    }
}
