using System.Collections.Concurrent;
using Aurora.Client;
using Aurora.Client.Clusters;

namespace Aurora.PowerShell.Pipeline;

/// <summary>The module's clients, one per cluster entry, kept for the session so that a cmdlet need not connect again. An entry that changed gets a new one.</summary>
internal static class Connections
{
    private static readonly ConcurrentDictionary<ClusterEntry, Lazy<Task<AuroraClient>>> Open = new();

    internal static async Task<AuroraClient> OpenAsync(ClusterEntry cluster, CancellationToken cancellationToken)
    {
        // Somebody else may wait for the same connection, so one cmdlet's Ctrl-C does not end the attempt; it is bounded by its own timeout.
        var connection = Open.GetOrAdd(cluster, static entry => new Lazy<Task<AuroraClient>>(() => AuroraConnection.OpenAsync(entry, new AuroraClientOptions(), CancellationToken.None)));
        try
        {
            return await connection.Value.WaitAsync(cancellationToken);
        }
        catch (Exception) when (connection.Value.IsFaulted)
        {
            Open.TryRemove(KeyValuePair.Create(cluster, connection));
            throw;
        }
    }

    internal static async Task CloseAllAsync()
    {
        foreach (var entry in Open.Keys)
        {
            if (Open.TryRemove(entry, out var connection) && connection.Value.IsCompletedSuccessfully)
            {
                await (await connection.Value).DisposeAsync();
            }
        }
    }
}
