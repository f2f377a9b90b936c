namespace Aurora.Simulation.Bus;

/// <summary>Someone who takes from a queue over a connection.</summary>
internal sealed class BusConsumer(BusLink link, int prefetch, Action<SimulatedDelivery> handle)
{
    public BusLink Link { get; } = link;

    public Action<SimulatedDelivery> Handle { get; } = handle;

    /// <summary>What was delivered and is not settled, in the order of delivery.</summary>
    public SortedDictionary<long, SimulatedMessage> Unsettled { get; } = [];

    public bool HasRoom => Unsettled.Count < prefetch;
}
