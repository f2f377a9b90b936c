using System.IO.Enumeration;
using Aurora.Broker.Scheduling;
using Aurora.Broker.State;
using Aurora.Core.Messages;

namespace Aurora.Broker.Maintenance;

/// <summary>Shows workers.</summary>
internal static class WorkerQueries
{
    /// <summary>A page of the workers that a request names.</summary>
    /// <param name="get">The request.</param>
    /// <param name="workers">All workers, ordered by id.</param>
    /// <returns>The page.</returns>
    public static WorkerPage Page(GetWorkers get, IEnumerable<WorkerState> workers)
    {
        var page = new List<WorkerSummary>();
        foreach (var worker in workers)
        {
            if ((get.After is { } after && string.CompareOrdinal(worker.Record.Id.Value, after) <= 0) || !Matches(get.Name, worker.Record))
                continue;
            if (page.Count == get.Limit)
                return new WorkerPage(page, page[^1].Id.Value);
            page.Add(Summary(worker));
        }

        return new WorkerPage(page, null);
    }

    public static WorkerSummary Summary(WorkerState worker)
    {
        var record = worker.Record;
        return new WorkerSummary(
            record.Id, record.Host, worker.Presence == WorkerPresence.Up, record.Total, worker.Free.ToGrant(), worker.Tasks.Count, record.Attributes)
        {
            Draining = worker.IsDraining || record.Mode == MaintenanceMode.Draining,
            Mode = record.Mode,
            Drain = record.Drain,
            DrainWaits = WhatItWaitsFor(worker),
            LastHeard = worker.LastHeard,
            PortCount = record.PortCount,
            Problem = worker.Sessions.Twin is { } twin
                ? $"another agent has this worker's id, on {twin}; the worker gets no tasks until one of both is given another id" : null,
        };
    }

    private static string? WhatItWaitsFor(WorkerState worker)
    {
        if (worker.Record.Mode != MaintenanceMode.Draining)
            return null;
        var waits = worker.Waits.Where(w => worker.TaskSet.Contains(w.Key)).Select(w => $"{w.Value.Job}: {w.Value.Reason}").Distinct().Order(StringComparer.Ordinal).ToList();
        return waits.Count switch
        {
            0 => "tasks that are being ended",
            1 => waits[0],
            _ => $"{waits[0]}; and {waits.Count - 1} more",
        };
    }

    // Without a wildcard the pattern only matches itself. Names of hosts have no case.
    private static bool Matches(string? pattern, WorkerRecord worker) => pattern is null
        || FileSystemName.MatchesSimpleExpression(pattern, worker.Id.Value, ignoreCase: false)
        || FileSystemName.MatchesSimpleExpression(pattern, worker.Host, ignoreCase: true);
}
