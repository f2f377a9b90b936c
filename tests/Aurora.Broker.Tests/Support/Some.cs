using Aurora.Core.Configuration;

namespace Aurora.Broker.Tests.Support;

/// <summary>Things that tests need and do not care about.</summary>
internal static class Some
{
    public const string Cluster = "devcluster";

    public static JobConfiguration Job(
        string name = "hello", int instances = 1, bool service = false, double cpu = 1, string command = "true", string role = "www-data", int maxTaskFailures = 1,
        int watchSecs = 0, int batchSize = 1) => new()
    {
        Cluster = Cluster,
        Role = role,
        Environment = "devel",
        Name = name,
        Instances = instances,
        Service = service,
        MaxTaskFailures = maxTaskFailures,
        UpdateConfig = new UpdateConfiguration { WatchSecs = watchSecs, BatchSize = batchSize },
        Task = new TaskConfiguration
        {
            Name = name,
            Processes = [new ProcessConfiguration { Name = "run", Cmdline = command }],
            Resources = Grant(cpu),
        },
    };

    public static ResourceGrant Grant(double cpu, long ram = 16 << 20, long disk = 16 << 20) => new() { Cpu = cpu, Ram = ram, Disk = disk };
}
