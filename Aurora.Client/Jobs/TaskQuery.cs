using Aurora.Core.Jobs;

namespace Aurora.Client.Jobs;

/// <summary>Which tasks are asked for.</summary>
/// <param name="Jobs">Of which jobs.</param>
public sealed record TaskQuery(JobPattern Jobs)
{
    /// <summary>Which instances; null for all.</summary>
    public IReadOnlyList<int>? Instances { get; init; }

    /// <summary>One task; null for all.</summary>
    public TaskId? TaskId { get; init; }

    /// <summary>Leaves out tasks that have ended.</summary>
    public bool ActiveOnly { get; init; }
}
