namespace Aurora.Broker.Hosting;

/// <summary>Where the state is kept: one of both.</summary>
internal sealed record StoreSection
{
    public string? SqliteFile { get; init; }

    public string? SqlServer { get; init; }
}
