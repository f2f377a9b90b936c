using Aurora.Broker.Scheduling.Preempting;

namespace Aurora.Broker.Hosting;

/// <summary>When tasks are ended to make room.</summary>
internal sealed record PreemptionSection
{
    public bool? Enabled { get; init; }

    public double? DelaySecs { get; init; }

    public double? SearchIntervalSecs { get; init; }

    public double? ReservationSecs { get; init; }

    public int? LooksPerTurn { get; init; }

    public PreemptionOptions ToOptions()
    {
        var defaults = new PreemptionOptions();
        return defaults with
        {
            IsEnabled = Enabled ?? defaults.IsEnabled,
            Delay = ConfigurationFile.Seconds(DelaySecs, defaults.Delay),
            SearchInterval = ConfigurationFile.Seconds(SearchIntervalSecs, defaults.SearchInterval),
            ReservationTime = ConfigurationFile.Seconds(ReservationSecs, defaults.ReservationTime),
            LooksPerTurn = LooksPerTurn ?? defaults.LooksPerTurn,
        };
    }
}
