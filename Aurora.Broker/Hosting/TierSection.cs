namespace Aurora.Broker.Hosting;

/// <summary>A tier, under its name.</summary>
internal sealed record TierSection
{
    public bool? Preemptible { get; init; }

    public bool? Revocable { get; init; }
}
