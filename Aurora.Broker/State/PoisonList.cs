using System.Collections.Concurrent;

namespace Aurora.Broker.State;

/// <summary>
/// Messages that brought the loop down by a defect. They outlive the loop, so that one bad message cannot bring down every leader term after the other.
/// Bounded: beyond 10,000 the list starts anew.
/// </summary>
internal sealed class PoisonList
{
    private const int Limit = 10_000;
    private readonly ConcurrentDictionary<Guid, byte> _ids = new();

    public void Add(Guid messageId)
    {
        if (_ids.Count >= Limit)
            _ids.Clear();
        if (messageId != Guid.Empty)
            _ids[messageId] = 0;
    }

    public bool Contains(Guid messageId) => _ids.ContainsKey(messageId);
}
