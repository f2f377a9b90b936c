using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Messages;

namespace Aurora.Broker.FrontDoor;

/// <summary>Checks what operators ask about workers, as far as that needs no state.</summary>
internal static class WorkerCommandChecks
{
    private const int MaxWorkers = 1000;
    private const int MaxName = 255;
    private const int MaxTimeoutSecs = 30 * 24 * 60 * 60;

    public static void Check(DrainWorkers drain, List<Fault> faults)
    {
        CheckNames(drain.Workers, faults);
        if (drain.TimeoutSecs is < 0 or > MaxTimeoutSecs)
            faults.Add(new Fault(ErrorCodes.InvalidArgument, "timeout_secs", $"{drain.TimeoutSecs}", "must be 0 (at once) to 2,592,000 seconds (30 days)"));
        if (drain.DefaultPolicy is { } policy)
            faults.AddRange(SlaPolicyCheck.Check(policy, "default_policy"));
    }

    public static void CheckNames(IReadOnlyList<string>? workers, List<Fault> faults)
    {
        if (workers is null or { Count: 0 or > MaxWorkers })
        {
            faults.Add(new Fault(ErrorCodes.InvalidArgument, "workers", workers is null ? "" : $"{workers.Count} of them", "must be 1 to 1,000 ids or host names of workers"));
            return;
        }

        for (var i = 0; i < workers.Count; i++)
        {
            if (workers[i] is not { Length: > 0 and <= MaxName })
                faults.Add(new Fault(ErrorCodes.InvalidArgument, $"workers[{i}]", Shown(workers[i]), "must be a worker's id or host name of 1 to 255 characters"));
        }
    }

    public static void CheckPattern(string? pattern, List<Fault> faults)
    {
        if (pattern is { Length: 0 or > MaxName })
            faults.Add(new Fault(ErrorCodes.InvalidArgument, "name", Shown(pattern), "must have 1 to 255 characters; leave it out for all workers"));
    }

    private static string Shown(string? name) => name is null ? "" : name.Length <= 50 ? name : $"{name[..50]}…";
}
