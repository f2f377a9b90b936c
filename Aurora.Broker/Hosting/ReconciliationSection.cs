using Aurora.Broker.Scheduling;

namespace Aurora.Broker.Hosting;

/// <summary>How soon broker and workers agree again, in the configuration file.</summary>
internal sealed record ReconciliationSection
{
    public double? DiffersSecs { get; init; }

    public double? HelloIntervalSecs { get; init; }

    public ReconciliationOptions ToOptions()
    {
        var defaults = new ReconciliationOptions();
        return new ReconciliationOptions
        {
            DiffersFor = ConfigurationFile.Seconds(DiffersSecs, defaults.DiffersFor),
            HelloInterval = ConfigurationFile.Seconds(HelloIntervalSecs, defaults.HelloInterval),
        };
    }
}
