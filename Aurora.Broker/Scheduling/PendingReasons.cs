using System.Globalization;

namespace Aurora.Broker.Scheduling;

/// <summary>
/// Says in plain words why no worker has room for a task. The nearest fit speaks: among the workers that are up, the resources that the one with the
/// fewest shortages lacks are named, with how many workers lack them and what the best of those has free.
/// </summary>
internal static class PendingReasons
{
    private static readonly (Func<Capacity, long> Amount, Func<long, string> Show)[] Resources =
    [
        (c => c.MicroCores, v => v == 1_000_000 ? "1 core" : $"{(v / 1_000_000.0).ToString("0.###", CultureInfo.InvariantCulture)} cores"),
        (c => c.Ram, v => $"{ShowBytes(v)} memory"),
        (c => c.Disk, v => $"{ShowBytes(v)} disk"),
        (c => c.Gpus, v => $"{v.ToString(CultureInfo.InvariantCulture)} GPUs"),
    ];

    /// <summary>Describes.</summary>
    /// <param name="need">What the task needs.</param>
    /// <param name="workers">All known workers.</param>
    /// <param name="free">What of each is free now, in the same order.</param>
    /// <returns>For example <c>needs 4 cores; 2 of 3 workers have 2 cores or fewer free; 1 is down</c>.</returns>
    public static string Describe(Capacity need, IReadOnlyList<WorkerOffer> workers, IReadOnlyList<Capacity> free)
    {
        if (workers.Count == 0)
            return "no worker is registered";

        var down = workers.Count(w => w.Presence == WorkerPresence.Down);
        var expected = workers.Count(w => w.Presence == WorkerPresence.Expected);
        var draining = workers.Count(w => w.Presence == WorkerPresence.Draining);
        var parts = new List<string>();
        if (down + expected + draining < workers.Count)
            DescribeShortage(need, workers, free, parts);
        if (down > 0)
            parts.Add(down == workers.Count ? AllAre(workers.Count, "down") : $"{down} {(down == 1 ? "is" : "are")} down");
        if (draining > 0)
            parts.Add(draining == workers.Count ? AllAre(workers.Count, "draining") : $"{draining} {(draining == 1 ? "worker is" : "workers are")} draining");
        if (expected > 0)
            parts.Add($"{expected} {(expected == 1 ? "has" : "have")} not reported yet");
        return string.Join("; ", parts);
    }

    private static void DescribeShortage(Capacity need, IReadOnlyList<WorkerOffer> workers, IReadOnlyList<Capacity> free, List<string> parts)
    {
        var up = Enumerable.Range(0, workers.Count).Where(i => workers[i].Presence == WorkerPresence.Up).ToList();
        var nearest = up.MinBy(i => Resources.Count(r => r.Amount(need) > r.Amount(free[i])));
        var lacking = Resources.Where(r => r.Amount(need) > r.Amount(free[nearest])).ToList();
        parts.Add("needs " + string.Join(" and ", lacking.Select(r => r.Show(r.Amount(need)))));
        foreach (var resource in lacking)
        {
            var lack = up.Where(i => resource.Amount(need) > resource.Amount(free[i])).ToList();
            var best = Math.Max(0, lack.Max(i => resource.Amount(free[i])));
            var largest = up.Max(i => resource.Amount(workers[i].Total));
            parts.Add($"{lack.Count} of {workers.Count} {(workers.Count == 1 ? "worker has" : "workers have")} {resource.Show(best)} or less free");
            if (largest < resource.Amount(need))
                parts.Add($"the largest worker has {resource.Show(largest)} in all");
        }
    }

    private static string AllAre(int count, string what) => count == 1 ? $"the only worker is {what}" : $"all {count} workers are {what}";

    private static string ShowBytes(long bytes) => bytes switch
    {
        >= 1L << 30 => $"{(bytes / (double)(1L << 30)).ToString("0.##", CultureInfo.InvariantCulture)} GB",
        >= 1L << 20 => $"{(bytes / (double)(1L << 20)).ToString("0.##", CultureInfo.InvariantCulture)} MB",
        _ => $"{bytes} bytes",
    };
}
