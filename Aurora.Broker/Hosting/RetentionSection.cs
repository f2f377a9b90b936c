using Aurora.Broker.Scheduling;

namespace Aurora.Broker.Hosting;

/// <summary>How long history is kept.</summary>
internal sealed record RetentionSection
{
    public int? TasksPerJob { get; init; }

    public int? UpdatesPerJob { get; init; }

    public double? MinAgeSecs { get; init; }

    public double? MaxAgeSecs { get; init; }

    public double? ReplyAgeSecs { get; init; }

    public RetentionOptions ToOptions()
    {
        var defaults = new RetentionOptions();
        return defaults with
        {
            MaxEndedTasksPerJob = TasksPerJob ?? defaults.MaxEndedTasksPerJob,
            MaxEndedUpdatesPerJob = UpdatesPerJob ?? defaults.MaxEndedUpdatesPerJob,
            MinAge = ConfigurationFile.Seconds(MinAgeSecs, defaults.MinAge),
            MaxAge = ConfigurationFile.Seconds(MaxAgeSecs, defaults.MaxAge),
            ReplyAge = ConfigurationFile.Seconds(ReplyAgeSecs, defaults.ReplyAge),
        };
    }
}
