using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Simulation.Engine;

namespace Aurora.Simulation.Clients;

/// <summary>A job that clients of a run know, in several versions.</summary>
internal sealed class JobShape
{
    public static readonly IReadOnlyList<string> Roles = ["www-data", "ops"];

    private JobShape(IReadOnlyList<JobConfiguration> versions) => Versions = versions;

    public JobKey Key => Versions[0].Key;

    public bool IsService => Versions[0].Service;

    /// <summary>What is submitted and updated to: other commands, other numbers of instances, sometimes other demands.</summary>
    public IReadOnlyList<JobConfiguration> Versions { get; }

    public static JobShape Draw(int number, Chance chance)
    {
        var isService = chance.Happens(0.6);
        var isLarge = isService && chance.Happens(0.1);
        var job = new JobConfiguration
        {
            Cluster = World.Cluster,
            Role = chance.Pick(Roles),
            Environment = "prod",
            Name = $"{(isService ? "service" : "batch")}{number}",
            Service = isService,
            MaxTaskFailures = isService ? 1 : chance.Pick([1, 1, 2, 3, -1]),
            Priority = chance.Pick([0, 0, 10, 20]),
            Task = new TaskConfiguration
            {
                Name = "task", Processes = [], Resources = new ResourceGrant { Cpu = isLarge ? 0.25 : chance.Pick<double>([0.25, 0.5, 1, 1, 2, 4]), Ram = 64 << 20, Disk = 64 << 20 },
            },
        };
        job = InTier(job, isLarge ? "preferred" : chance.Pick(["preferred", "preferred", "preemptible", "preemptible", "revocable"]));
        job = Placed(job, chance);
        job = WithPolicies(job, isLarge, chance);
        return new JobShape([.. Enumerable.Range(0, 4).Select(version => Version(job, version, isLarge, chance))]);
    }

    // As the front door completes it, so that it stays the same object.
    private static JobConfiguration InTier(JobConfiguration job, string tier) => job with { Tier = tier, Production = tier == "preferred" };

    private static JobConfiguration Placed(JobConfiguration job, Chance chance)
    {
        var constraints = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (chance.Happens(0.3))
        {
            var (attribute, expression) = chance.Pick([("rack", "limit:1"), ("rack", "limit:3"), ("host", "limit:1"), ("host", "limit:2"), ("rack", "r0,r1"), ("rack", "!r2")]);
            constraints[attribute] = expression;
        }

        if (chance.Happens(0.1))
            constraints["dedicated"] = $"{job.Role}/db";
        return job with { Constraints = constraints, Placement = chance.Happens(0.3) ? new PlacementConfiguration { Strategy = chance.Pick(["pack", "spread"]), By = chance.Pick([null, "rack"]) } : null };
    }

    private static JobConfiguration WithPolicies(JobConfiguration job, bool isLarge, Chance chance) => job with
    {
        PartitionPolicy = chance.Pick([null, null, null, new PartitionPolicyConfiguration { Reschedule = false }, new PartitionPolicyConfiguration { DelaySecs = 20 },
            new PartitionPolicyConfiguration { DelaySecs = 60, StopAfterSecs = 20 }]),
        SlaPolicy = !job.Production ? null
            : isLarge && chance.Happens(0.8) ? chance.Pick([new SlaPolicyConfiguration { Count = 18, DurationSecs = 10 }, new SlaPolicyConfiguration { Percentage = 90, DurationSecs = 20 }])
            : chance.Happens(0.2) ? new SlaPolicyConfiguration { CoordinatorUrl = $"http://coordinator.example/{chance.Below(2)}", StatusKey = "drain" } : null,
    };

    private static JobConfiguration Version(JobConfiguration job, int version, bool isLarge, Chance chance)
    {
        var command = version == 3 ? "bad" : $"good v{version}";
        if (job.Name.EndsWith('1'))
            command += " {{thermos.ports[http]}}";
        return job with
        {
            Instances = isLarge ? chance.Between(20, 24) : chance.Between(1, chance.Happens(0.2) ? 12 : 4),
            UpdateConfig = new UpdateConfiguration
            {
                BatchSize = chance.Between(1, 3), WatchSecs = chance.Pick([0, 1, 5, 30]), MaxPerShardFailures = chance.Pick([0, 0, 1, 3]), RollbackOnFailure = chance.Happens(0.7),
            },
            Task = job.Task with
            {
                Processes = [new ProcessConfiguration { Name = "run", Cmdline = command }],
                Resources = job.Task.Resources with { Cpu = job.Task.Resources.Cpu * (chance.Happens(0.2) && !isLarge ? 2 : 1) },
            },
        };
    }
}
