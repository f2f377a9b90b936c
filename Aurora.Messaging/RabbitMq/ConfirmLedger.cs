namespace Aurora.Messaging.RabbitMq;

/// <summary>
/// The unconfirmed publishes of one channel, by sequence number from 1. The pump adds, the connection's reader settles; both under one lock.
/// Once closed, it hands over what is left and ignores whatever a dying channel still says.
/// </summary>
internal sealed class ConfirmLedger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Outgoing> _unconfirmed = [];
    private ulong _next = 1;
    private ulong _lowest = 1;
    private bool _closed;

    public void Add(Outgoing publish)
    {
        lock (_lock)
            _unconfirmed.Add(_next++, publish);
    }

    /// <summary>Takes out what an ack or nack is about.</summary>
    public IReadOnlyList<Outgoing> Settle(ulong sequence, bool multiple)
    {
        lock (_lock)
        {
            if (_closed)
                return [];
            if (!multiple)
                return _unconfirmed.Remove(sequence, out var one) ? [one] : [];
            var settled = new List<Outgoing>();
            for (; _lowest <= sequence && _lowest < _next; _lowest++)
            {
                if (_unconfirmed.Remove(_lowest, out var publish))
                    settled.Add(publish);
            }
            return settled;
        }
    }

    /// <summary>Finds what a returned message was. The ack for it still follows.</summary>
    public IReadOnlyList<Outgoing> Returned(string? messageId, string routingKey)
    {
        lock (_lock)
            return _closed ? [] : [.. _unconfirmed.Values.Where(p => p.Mandatory && p.Properties.MessageId == messageId && p.RoutingKey == routingKey)];
    }

    /// <summary>Ends the ledger.</summary>
    /// <returns>What was never confirmed, in the order of sending.</returns>
    public IReadOnlyList<Outgoing> Close()
    {
        lock (_lock)
        {
            _closed = true;
            return [.. _unconfirmed.OrderBy(p => p.Key).Select(p => p.Value)];
        }
    }
}
