namespace Aurora.Broker.Quotas;

/// <summary>What a role's jobs consume together, by kind. Kept up to date with every task and update, so that a command needs no walk over tasks.</summary>
internal sealed class RoleConsumption
{
    private readonly Consumption[] _byKind = new Consumption[ConsumptionKinds.Count];

    /// <summary>How many jobs of the role the broker knows.</summary>
    public int Jobs { get; internal set; }

    public Consumption this[ConsumptionKind kind]
    {
        get => _byKind[(int)kind];
        internal set => _byKind[(int)kind] = value;
    }
}
