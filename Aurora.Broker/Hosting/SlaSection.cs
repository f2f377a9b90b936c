using Aurora.Broker.Sla;

namespace Aurora.Broker.Hosting;

/// <summary>How SLA policies are kept.</summary>
internal sealed record SlaSection
{
    public bool? KeepsNonProduction { get; init; }

    public double? CoordinatorTimeoutSecs { get; init; }

    public int? CoordinatorsAtOnce { get; init; }

    public SlaOptions ToOptions()
    {
        var defaults = new SlaOptions();
        return defaults with
        {
            KeepsNonProduction = KeepsNonProduction ?? defaults.KeepsNonProduction,
            CoordinatorTimeout = ConfigurationFile.Seconds(CoordinatorTimeoutSecs, defaults.CoordinatorTimeout),
            CoordinatorsAtOnce = CoordinatorsAtOnce ?? defaults.CoordinatorsAtOnce,
        };
    }
}
