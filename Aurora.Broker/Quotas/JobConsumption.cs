namespace Aurora.Broker.Quotas;

/// <summary>
/// What a job adds to its role's consumption (aurora-spec section 8.1): its active tasks, but for the instances of an active update, of each resource, the greater one
/// of what they had and what they shall have. Whatever else a job is charged for later, such as a cron template, belongs into <see cref="Charge"/>.
/// </summary>
internal sealed class JobConsumption(RoleConsumption role)
{
    private readonly Consumption[] _tasks = new Consumption[ConsumptionKinds.Count];
    private readonly Consumption[] _update = new Consumption[ConsumptionKinds.Count];
    private IReadOnlySet<int>? _updated;

    /// <summary>What the job is charged for.</summary>
    public Consumption Charge(ConsumptionKind kind) => _tasks[(int)kind] + _update[(int)kind];

    /// <summary>An instance got an active task.</summary>
    public void Add(int instance, ConsumptionKind kind, Consumption task)
    {
        if (_updated?.Contains(instance) != true)
            Book(_tasks, kind, task);
    }

    /// <summary>An instance lost its active task.</summary>
    public void Remove(int instance, ConsumptionKind kind, Consumption task)
    {
        if (_updated?.Contains(instance) != true)
            Book(_tasks, kind, default(Consumption) - task);
    }

    /// <summary>An update began. The active tasks of its instances must be removed before.</summary>
    /// <param name="instances">Its instances.</param>
    /// <param name="charges">What it is charged for, by kind.</param>
    public void BeginUpdate(IReadOnlySet<int> instances, IReadOnlyList<Consumption> charges)
    {
        _updated = instances;
        for (var kind = 0; kind < ConsumptionKinds.Count; kind++)
            Book(_update, (ConsumptionKind)kind, charges[kind]);
    }

    /// <summary>The update is over. The active tasks of its instances must be added after.</summary>
    public void EndUpdate()
    {
        _updated = null;
        for (var kind = 0; kind < ConsumptionKinds.Count; kind++)
            Book(_update, (ConsumptionKind)kind, default(Consumption) - _update[kind]);
    }

    private void Book(Consumption[] account, ConsumptionKind kind, Consumption change)
    {
        var before = Charge(kind);
        account[(int)kind] += change;
        role[kind] += Charge(kind) - before;
    }
}
