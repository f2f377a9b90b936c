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
