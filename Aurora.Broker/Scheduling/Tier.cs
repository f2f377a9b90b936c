namespace Aurora.Broker.Scheduling;

/// <summary>A named bundle of what may be done to a job's tasks (aurora-spec sections 1 and 2.9).</summary>
/// <param name="Name">Its name, an identifier.</param>
/// <param name="Preemptible">Whether its tasks may be ended to make room for tasks that are not preemptible, whoever's they are.</param>
/// <param name="Revocable">Whether its tasks go before all other preemptible ones. There is no oversubscription here: they get ordinary resources.</param>
internal sealed record Tier(string Name, bool Preemptible, bool Revocable)
{
    /// <summary>Whether its tasks count against their role's quota, and are protected from other roles.</summary>
    public bool IsProduction => !Preemptible && !Revocable;
}
