using Aurora.Core.Configuration;

namespace Aurora.Broker.Scheduling.Matching;

/// <summary>What each task of a configuration demands of a worker (aurora-spec sections 5.2 to 5.4). Made once a configuration.</summary>
/// <param name="Need">Amounts; ports are those whose numbers the worker picks.</param>
internal sealed record Demand(Capacity Need)
{
    /// <summary>The value of its dedicated constraint; null where it has none, and then it is kept off dedicated workers.</summary>
    public string? Dedicated { get; init; }

    /// <summary>Its other value constraints, by attribute in ordinal order.</summary>
    public IReadOnlyList<PlacementConstraint> Values { get; init; } = [];

    /// <summary>Its limits, by attribute in ordinal order.</summary>
    public IReadOnlyList<PlacementConstraint> Limits { get; init; } = [];

    /// <summary>The port numbers that it will listen on; no two tasks of a worker have the same.</summary>
    public IReadOnlyList<int> StaticPorts { get; init; } = [];

    /// <summary>The demand of a valid job's tasks.</summary>
    public static Demand Of(JobConfiguration job)
    {
        var ports = PortPlan.Of(job.Task, job.Announce, job.HealthCheckConfig);
        var constraints = PlacementConstraint.Of(job);
        return new Demand(Capacity.Of(job.Task.Resources, ports.Requested.Count))
        {
            Dedicated = constraints.FirstOrDefault(c => c.Attribute == PlacementConstraint.Dedicated) is { Values: [var value, ..] } ? value : null,
            Values = [.. constraints.Where(c => c.Limit is null && c.Attribute != PlacementConstraint.Dedicated)],
            Limits = [.. constraints.Where(c => c.Limit is not null)],
            StaticPorts = ports.FixedNumbers,
        };
    }
}
