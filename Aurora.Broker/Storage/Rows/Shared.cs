using System.Runtime.InteropServices;
using Aurora.Core.Jobs;

namespace Aurora.Broker.Storage.Rows;

/// <summary>Keeps one object for each value that many rows have in common: 100,000 tasks of ten jobs need ten job keys. One load, one thread.</summary>
internal sealed class Shared
{
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Cluster, string Role, string Environment, string Name), JobKey> jobs = [];

    /// <summary>The one copy of a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The copy.</returns>
    public string Text(string text)
    {
        ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(texts, text, out _);
        return slot ??= text;
    }

    /// <summary>The one copy of a job key.</summary>
    /// <returns>The copy.</returns>
    /// <param name="cluster">Its cluster.</param>
    /// <param name="role">Its role.</param>
    /// <param name="environment">Its environment.</param>
    /// <param name="name">Its name.</param>
    public JobKey Job(string cluster, string role, string environment, string name)
    {
        ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(jobs, (cluster, role, environment, name), out _);
        return slot ??= new JobKey(Text(cluster), Text(role), Text(environment), Text(name));
    }
}
