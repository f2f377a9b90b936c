using Aurora.Broker.State;

namespace Aurora.Broker.Maintenance;

/// <summary>
/// Finds the workers that an operator means. A name means the worker with that id and every worker of the host with that name: whoever takes a machine away must not overlook a
/// second worker on it.
/// </summary>
internal static class WorkerNames
{
    /// <summary>Looks names up.</summary>
    /// <param name="names">Ids (exact) and host names (in whichever case).</param>
    /// <param name="workers">All workers, ordered by id.</param>
    /// <returns>The workers, each once, ordered by id, and the names that mean none.</returns>
    public static (IReadOnlyList<WorkerState> Found, IReadOnlyList<string> Unknown) Resolve(IReadOnlyList<string> names, IEnumerable<WorkerState> workers)
    {
        var ids = names.ToHashSet(StringComparer.Ordinal);
        var hosts = names.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var found = workers.Where(w => ids.Contains(w.Record.Id.Value) || hosts.Contains(w.Record.Host)).ToList();
        var knownIds = found.Select(w => w.Record.Id.Value).ToHashSet(StringComparer.Ordinal);
        var knownHosts = found.Select(w => w.Record.Host).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return (found, [.. names.Where(n => !knownIds.Contains(n) && !knownHosts.Contains(n)).Distinct()]);
    }
}
