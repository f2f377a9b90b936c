using System.Globalization;
using Aurora.Core.Configuration.Reading;
using Aurora.Core.Errors;

namespace Aurora.Core.Configuration.Validation;

/// <summary>The rules of SLA policies (aurora-spec sections 2.9 and 8.3), announcers (2.5) and loggers (2.4).</summary>
internal static class PolicyRules
{
    private const int LeastInstancesForSla = 20;
    private const int GreatestSlaDurationSecs = 2 * 60 * 60;

    public static IEnumerable<Fault> Check(JobConfiguration job) =>
        Sla(job, job.SlaPolicy).Concat(Announce(job, job.Announce));

    private static IEnumerable<Fault> Sla(JobConfiguration job, SlaPolicyConfiguration? policy)
    {
        if (policy is null || policy.CoordinatorUrl is not null)
        {
            if (policy?.CoordinatorUrl is { } text && !(Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            {
                yield return new Fault(ErrorCodes.OutOfRange, "sla_policy.coordinator_url", ShownValue.Of(text), "must be a whole http or https URL");
            }

            yield break;
        }

        if (job.Instances < LeastInstancesForSla)
        {
            yield return new Fault(ErrorCodes.InvalidCombination, "sla_policy", "",
                $"needs at least {LeastInstancesForSla} instances, and the job has {job.Instances}; a coordinator policy has no such limit");
        }

        if (policy.DurationSecs > GreatestSlaDurationSecs)
        {
            yield return new Fault(ErrorCodes.OutOfRange, "sla_policy.duration_secs", Text(policy.DurationSecs.Value), $"must be at most {GreatestSlaDurationSecs} seconds (2 hours)");
        }

        if (policy.Count >= job.Instances)
        {
            yield return new Fault(ErrorCodes.OutOfRange, "sla_policy.count", Text(policy.Count.Value), $"must be less than the number of instances ({job.Instances}), so that one may be down");
        }

        if (policy.Percentage is { } percentage && job.Instances * (100 - percentage) / 100 < 1)
        {
            yield return new Fault(ErrorCodes.OutOfRange, "sla_policy.percentage", percentage.ToString(CultureInfo.InvariantCulture),
                $"leaves less than one of {job.Instances} instances free to be down");
        }
    }

    private static IEnumerable<Fault> Announce(JobConfiguration job, AnnounceConfiguration? announce)
    {
        foreach (var (port, target) in announce?.Portmap ?? new Dictionary<string, string>())
        {
            var field = $"announce.portmap[{port}]";
            if (int.TryParse(target, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                if (number is < 1 or > 65535)
                {
                    yield return new Fault(ErrorCodes.OutOfRange, field, target, "must be a port number from 1 to 65535, or a port's name");
                }
                else if (!job.Constraints.ContainsKey("dedicated"))
                {
                    yield return new Fault(ErrorCodes.InvalidCombination, field, target, "is a static port, which needs a 'dedicated' constraint on the job");
                }
            }
            else if (target.Length == 0)
            {
                yield return new Fault(ErrorCodes.OutOfRange, field, "", "must be a port number or a port's name");
            }
            else if (AliasCycle(announce!.Portmap, port) is { } cycle)
            {
                yield return new Fault(ErrorCodes.InvalidCombination, field, target, $"is an alias in a cycle: {string.Join(" -> ", cycle)}");
            }
        }
    }

    private static List<string>? AliasCycle(IReadOnlyDictionary<string, string> portmap, string port)
    {
        var seen = new List<string> { port };
        for (var at = port; portmap.TryGetValue(at, out var target); at = target)
        {
            if (target == port)
            {
                return [.. seen, target];
            }

            if (seen.Contains(target))
            {
                return null; // A cycle further on; it is reported for the ports in it.
            }

            seen.Add(target);
        }

        return null;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
