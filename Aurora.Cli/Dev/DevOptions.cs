using Aurora.Client.Clusters;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;

namespace Aurora.Cli.Dev;

/// <summary>What a development cluster is told.</summary>
internal sealed record DevOptions
{
    /// <summary>Its name, the first part of job keys.</summary>
    public string Name { get; init; } = "devcluster";

    /// <summary>Where it keeps everything; roles other than its own user must be able to pass through.</summary>
    public required string Folder { get; init; }

    /// <summary>The port of its HTTP endpoint on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>A RabbitMQ server in place of the in-process bus.</summary>
    public Uri? Amqp { get; init; }

    /// <summary>A SQL Server in place of the SQLite file.</summary>
    public string? SqlServer { get; init; }

    /// <summary>The folder whose clusters.json names the cluster while it runs; null for none.</summary>
    public string? RegisterFolder { get; init; }

    /// <summary>The worker's id; null takes the machine's name.</summary>
    public WorkerId? Worker { get; init; }

    /// <summary>Cores that the worker offers; null takes what the machine has.</summary>
    public double? Cpu { get; init; }

    /// <summary>Memory in bytes, likewise.</summary>
    public long? Ram { get; init; }

    /// <summary>Disk in bytes, likewise.</summary>
    public long? Disk { get; init; }

    /// <summary>Where a development cluster keeps everything when nobody says: for root where roles can pass through, else in the user's own folder.</summary>
    internal static string DefaultFolder => Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows()
        ? "/var/lib/aurora/dev"
        : Path.Combine(ClusterRegistry.UserFolder, "dev");

    /// <summary>The machine's own amounts where none were given.</summary>
    internal ResourceGrant Offer(ResourceGrant machine) => new() { Cpu = Cpu ?? machine.Cpu, Ram = Ram ?? machine.Ram, Disk = Disk ?? machine.Disk };
}
