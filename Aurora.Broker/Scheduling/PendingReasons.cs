using System.Globalization;
using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.Scheduling.Workers;

namespace Aurora.Broker.Scheduling;

/// <summary>
/// Says in plain words why no worker takes a task, with counts. The nearest fit speaks first (aurora-spec section 5.5): the resources that the nearest worker lacks are
/// named, with how many workers lack them and what the best of those has free; then what else keeps workers out.
/// </summary>
internal static class PendingReasons
{
    private static readonly (string Unit, Func<Capacity, long> Amount, Func<long, string> Show)[] Resources =
    [
        ("core", c => c.MicroCores, v => Counted(v / 1_000_000.0, "core")),
        ("memory", c => c.Ram, v => $"{ShowBytes(v)} memory"),
        ("disk", c => c.Disk, v => $"{ShowBytes(v)} disk"),
        ("GPU", c => c.Gpus, v => Counted(v, "GPU")),
        ("port", c => c.Ports, v => Counted(v, "port")),
    ];

    /// <summary>Describes.</summary>
    /// <param name="group">The group.</param>
    /// <param name="workers">All workers.</param>
    /// <returns>For example <c>needs 4 cores; 37 of 40 workers have 2 cores or less free; 3 are draining</c>; null when some worker fits.</returns>
    public static string? Describe(GroupDemand group, WorkerIndex workers)
    {
        if (workers.Count == 0)
            return "no worker is registered";

        var refusals = Refusals.Of(group, workers);
        if (refusals[Veto.None] > 0)
            return null;

        var parts = new List<string>();
        if (refusals[Veto.Reserved] is > 0 and var reserved)
            parts.Add($"{Of(reserved, workers)} would fit, and {Is(reserved)} kept for other tasks");
        DescribeShortage(group.Demand, refusals, workers, parts);
        foreach (var (limit, count) in refusals.Limits)
            parts.Add($"the constraint {limit.Attribute}={limit} keeps {Of(count, workers)} out{WithoutAttribute(refusals, limit.Attribute)}");
        foreach (var (constraint, count) in refusals.Constraints)
            parts.Add($"the constraint {constraint.Attribute}={constraint} keeps {Of(count, workers)} out");
        AddStates(group.Demand, refusals, workers, parts);
        return string.Join("; ", parts);
    }

    /// <summary>Describes from counts alone, where there is no time for more.</summary>
    /// <param name="vetoes">How many workers refused, as of the group's last look at all of them.</param>
    /// <returns>For example <c>no worker fits: 37 have not enough room, 3 are being emptied</c>.</returns>
    public static string Describe(in VetoCounts vetoes)
    {
        var parts = new List<string>();
        Add(vetoes[Veto.Reserved], "kept for other tasks");
        Add(vetoes[Veto.Resources], "too full");
        Add(vetoes[Veto.Limit], "at a limit");
        Add(vetoes[Veto.Constraint], "excluded by constraints");
        Add(vetoes[Veto.Maintenance], "being emptied");
        Add(vetoes[Veto.Dedicated], "dedicated otherwise");
        Add(vetoes[Veto.Absent], "not there");
        return parts.Count == 0 ? "no worker fits" : $"no worker fits: {string.Join(", ", parts)}";

        void Add(int count, string what)
        {
            if (count > 0)
                parts.Add($"{Number(count)} {Is(count)} {what}");
        }
    }

    private static void DescribeShortage(Demand demand, Refusals refusals, WorkerIndex workers, List<string> parts)
    {
        if (refusals[Veto.Resources] == 0)
            return;

        var lacking = Resources.Index().Where(r => r.Item.Amount(refusals.NearestShortfall) > 0).ToList();
        if (lacking.Count > 0)
            parts.Add("needs " + string.Join(" and ", lacking.Select(r => r.Item.Show(r.Item.Amount(demand.Need)))));
        foreach (var (index, resource) in lacking)
        {
            var best = resource.Amount(refusals.MostFree);
            parts.Add($"{Of(refusals.Lacking[index], workers)} {(refusals.Lacking[index] == 1 ? "has" : "have")} {(best > 0 ? $"{resource.Show(best)} or less" : $"no {resource.Unit}")} free");
            if (resource.Amount(refusals.Largest) is var largest && largest < resource.Amount(demand.Need))
                parts.Add($"the largest worker has {resource.Show(largest)} in all");
        }

        foreach (var (port, count) in refusals.TakenPorts)
            parts.Add($"port {port.ToString(CultureInfo.InvariantCulture)} is taken on {Of(count, workers)}");
    }

    private static void AddStates(Demand demand, Refusals refusals, WorkerIndex workers, List<string> parts)
    {
        Add(refusals[Veto.Maintenance], "draining");
        Add(refusals[Veto.Dedicated], demand.Dedicated is { } dedicated ? $"not dedicated to {dedicated}" : "dedicated to others");
        Add(refusals.Down, "down");
        if (refusals.Expected is > 0 and var expected)
            parts.Add($"{Subject(expected)} {(expected == 1 ? "has" : "have")} not reported yet");

        void Add(int count, string what)
        {
            if (count > 0)
                parts.Add($"{Subject(count)} {Is(count)} {what}");
        }

        string Subject(int count) => count == workers.Count ? count == 1 ? "the only worker" : $"all {Number(count)} workers"
            : parts.Count == 0 ? Of(count, workers) : Number(count);
    }

    private static string WithoutAttribute(Refusals refusals, string attribute) =>
        refusals.WithoutAttribute.TryGetValue(attribute, out var count) ? $", of which {Number(count)} {(count == 1 ? "has" : "have")} no {attribute}" : "";

    private static string Of(int count, WorkerIndex workers) =>
        workers.Count == 1 ? "the only worker" : count == workers.Count ? $"all {Number(count)} workers" : $"{Number(count)} of {Number(workers.Count)} workers";

    private static string Is(int count) => count == 1 ? "is" : "are";

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Counted(double amount, string unit) => $"{amount.ToString("0.###", CultureInfo.InvariantCulture)} {unit}{(amount == 1 ? "" : "s")}";

    private static string ShowBytes(long bytes) => bytes switch
    {
        >= 1L << 30 => $"{(bytes / (double)(1L << 30)).ToString("0.##", CultureInfo.InvariantCulture)} GB",
        >= 1L << 20 => $"{(bytes / (double)(1L << 20)).ToString("0.##", CultureInfo.InvariantCulture)} MB",
        _ => Counted(bytes, "byte"),
    };
}
