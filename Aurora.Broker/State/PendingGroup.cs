using Aurora.Core.Jobs;

namespace Aurora.Broker.State;

/// <summary>The PENDING tasks of one job with one configuration, first come first. Tasks that left PENDING otherwise are passed over when their turn comes.</summary>
internal sealed class PendingGroup(JobKey job, string configurationId)
{
    public JobKey Job { get; } = job;

    public string ConfigurationId { get; } = configurationId;

    /// <summary>May hold ids of tasks that are not PENDING any more.</summary>
    internal Queue<TaskId> Waiting { get; } = new();

    /// <summary>How many tasks are PENDING.</summary>
    public int Count { get; internal set; }

    /// <summary>Why they wait, as of the last placement round.</summary>
    public string? Reason { get; internal set; }
}
