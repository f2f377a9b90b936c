using System.Collections.Concurrent;

namespace Aurora.Messaging.RabbitMq;

/// <summary>The requests that wait for replies, by correlation id. Replies come from the connection's reader, requests from anywhere.</summary>
internal sealed class RequestDesk
{
    private readonly ConcurrentDictionary<string, PendingRequest> _pending = new(StringComparer.Ordinal);
    private long _next;

    public PendingRequest Open()
    {
        var request = new PendingRequest($"{Interlocked.Increment(ref _next)}");
        _pending[request.Correlation] = request;
        return request;
    }

    public void Close(PendingRequest request) => _pending.TryRemove(request.Correlation, out _);

    /// <summary>Hands a reply to its request; one that nobody waits for any more is dropped.</summary>
    public void Answer(string? correlation, BusMessage reply)
    {
        if (correlation is not null && _pending.TryRemove(correlation, out var request))
            request.Answer(reply);
    }

    /// <summary>The connection broke: the replies to what went out on it can never come, since direct reply-to belongs to the channel.</summary>
    public void FailSent(string why)
    {
        foreach (var request in _pending.Values.Where(r => r.IsSent))
            request.Fail(new BusException($"The connection broke while a request waited for its reply: {why}"));
    }

    public void FailAll(string why)
    {
        foreach (var request in _pending.Values)
            request.Fail(new BusException(why));
    }
}
