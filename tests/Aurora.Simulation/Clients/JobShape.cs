using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Simulation.Engine;

namespace Aurora.Simulation.Clients;

/// <summary>A job that clients of a run know, in several versions.</summary>
internal sealed class JobShape
{
    private JobShape(IReadOnlyList<JobConfiguration> versions) => Versions = versions;

    public JobKey Key => Versions[0].Key;

    public bool IsService => Versions[0].Service;

    /// <summary>What is submitted and updated to: other commands, other numbers of instances.</summary>
    public IReadOnlyList<JobConfiguration> Versions { get; }

    public static JobShape Draw(int number, Chance chance)
    {
        var isService = chance.Happens(0.6);
        var cpu = chance.Pick<double>([0.25, 0.5, 1, 1, 2, 4]);
        var versions = new List<JobConfiguration>();
        for (var version = 0; version < 4; version++)
            versions.Add(Version($"{(isService ? "service" : "batch")}{number}", isService, version, cpu, chance));
        return new JobShape(versions);
    }

    private static JobConfiguration Version(string name, bool isService, int version, double cpu, Chance chance) => new()
    {
        Cluster = World.Cluster,
        Role = "www-data",
        Environment = "prod",
        Name = name,
        Instances = chance.Between(1, chance.Happens(0.2) ? 12 : 4),
        Service = isService,
        MaxTaskFailures = isService ? 1 : chance.Pick([1, 1, 2, 3, -1]),
        UpdateConfig = new UpdateConfiguration
        {
            BatchSize = chance.Between(1, 3), WatchSecs = chance.Pick([0, 1, 5, 30]), MaxPerShardFailures = chance.Pick([0, 0, 1, 3]),
            RollbackOnFailure = chance.Happens(0.7),
        },
        Task = new TaskConfiguration
        {
            Name = name,
            Processes = [new ProcessConfiguration { Name = "run", Cmdline = version == 3 ? "bad" : $"good v{version}" }],
            Resources = new ResourceGrant { Cpu = chance.Happens(0.2) ? cpu * 2 : cpu, Ram = 64 << 20, Disk = 64 << 20 },
        },
    };
}
