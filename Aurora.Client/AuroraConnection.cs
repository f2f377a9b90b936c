using Aurora.Client.Channels;
using Aurora.Client.Clusters;
using Aurora.Core.Errors;
using Aurora.Messaging;
using Aurora.Messaging.RabbitMq;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.Client;

/// <summary>Opens the way to a cluster: HTTP or RabbitMQ, as its address says.</summary>
public static class AuroraConnection
{
    /// <summary>Makes a client. An HTTP address is not contacted yet; a RabbitMQ server is.</summary>
    /// <param name="cluster">The cluster; it has an address.</param>
    /// <param name="options">How the client behaves.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The client; whoever asked for it ends it.</returns>
    /// <exception cref="AuroraException">AUR3002: the RabbitMQ server cannot be reached, or refuses the login.</exception>
    public static async Task<AuroraClient> OpenAsync(ClusterEntry cluster, AuroraClientOptions options, CancellationToken cancellationToken)
    {
        var address = cluster.Address ?? throw new ArgumentException("The cluster has no address.", nameof(cluster));
        return address.Scheme is "http" or "https"
            ? new AuroraClient(new HttpRequestChannel(address, cluster.Token), options)
            : new AuroraClient(new BusRequestChannel(await ConnectAsync(cluster, address, options, cancellationToken).ConfigureAwait(false), cluster.DisplayAddress, ownsBus: true), options);
    }

    private static async Task<IMessageBus> ConnectAsync(ClusterEntry cluster, Uri address, AuroraClientOptions options, CancellationToken cancellationToken)
    {
        var rabbit = RabbitMqOptions.For(address) with
        {
            ConnectionName = $"aurora client of {options.User}"[..Math.Min(200, options.User.Length + 17)],
            ConnectTimeout = options.Timeout < TimeSpan.FromSeconds(10) ? options.Timeout : TimeSpan.FromSeconds(10),
            DeclareTopology = false, // A client asks; queues are the broker's.
        };
        try
        {
            return await RabbitMqBus.ConnectAsync(rabbit, NullLogger<RabbitMqBus>.Instance, options.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (BusException e)
        {
            throw new AuroraException(ErrorCodes.ClusterUnreachable, $"Cluster {cluster} cannot be reached: {e.Message}", e);
        }
    }
}
