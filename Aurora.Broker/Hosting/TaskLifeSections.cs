using Aurora.Broker.Scheduling;

namespace Aurora.Broker.Hosting;

/// <summary>How long tasks may be on their way, in the configuration file.</summary>
internal sealed record TimeoutSection
{
    public double? TransientSecs { get; init; }

    public double? StartingSecs { get; init; }

    public double? KillBoundSecs { get; init; }

    public double? LaunchRetrySecs { get; init; }

    public double? KillRetrySecs { get; init; }

    public TimeoutOptions ToOptions()
    {
        var defaults = new TimeoutOptions();
        return new TimeoutOptions
        {
            Transient = ConfigurationFile.Seconds(TransientSecs, defaults.Transient),
            Starting = ConfigurationFile.Seconds(StartingSecs, defaults.Starting),
            KillBound = ConfigurationFile.Seconds(KillBoundSecs, defaults.KillBound),
            LaunchRetry = ConfigurationFile.Seconds(LaunchRetrySecs, defaults.LaunchRetry),
            KillRetry = ConfigurationFile.Seconds(KillRetrySecs, defaults.KillRetry),
        };
    }
}

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
