using Aurora.Client;
using Aurora.Client.Clusters;

namespace Aurora.Cli;

/// <summary>What the verbs need of the world around them, so that the tutorial and tests run the very same verbs within a process.</summary>
internal sealed record CliContext
{
    /// <summary>Where results go.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Opens where results go that are no text, past <see cref="Out"/>.</summary>
    public Func<Stream> OpenOut { get; init; } = Console.OpenStandardOutput;

    /// <summary>Where errors go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>The clusters that can be named.</summary>
    public required ClusterRegistry Clusters { get; init; }

    /// <summary>How clients behave.</summary>
    public AuroraClientOptions ClientOptions { get; init; } = new();

    /// <summary>A client for the cluster of a name.</summary>
    /// <exception cref="Core.Errors.AuroraException">AUR3001, AUR3006: not known or not usable. AUR3002: cannot be reached.</exception>
    internal Task<AuroraClient> ConnectAsync(string cluster, CancellationToken cancellationToken) =>
        AuroraConnection.OpenAsync(Clusters.Find(cluster), ClientOptions, cancellationToken);

    /// <summary>Writes a line as the original does.</summary>
    internal void Inform(string message) => Out.WriteLine($" INFO] {message}");
}
