using Aurora.Broker.Scheduling;

namespace Aurora.Broker.Hosting;

/// <summary>How flapping instances are held back, in the configuration file.</summary>
internal sealed record FlappingSection
{
    public double? ThresholdSecs { get; init; }

    public double? InitialDelaySecs { get; init; }

    public double? MaxDelaySecs { get; init; }

    public BackoffOptions ToOptions()
    {
        var defaults = new BackoffOptions();
        return new BackoffOptions
        {
            FlappingThreshold = ConfigurationFile.Seconds(ThresholdSecs, defaults.FlappingThreshold),
            InitialDelay = ConfigurationFile.Seconds(InitialDelaySecs, defaults.InitialDelay),
            MaxDelay = ConfigurationFile.Seconds(MaxDelaySecs, defaults.MaxDelay),
        };
    }
}
