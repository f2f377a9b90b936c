using System.Globalization;
using Aurora.Core.Configuration.Reading;
using Aurora.Core.Errors;

namespace Aurora.Core.Configuration.Validation;

/// <summary>
/// The rules of SLA policies (aurora-spec sections 2.9 and 8.3). A coordinator is asked, so the rules about numbers are not for it.
/// </summary>
internal static class SlaRules
{
    private const int GreatestDurationSecs = 2 * 60 * 60;

    public static IEnumerable<Fault> Check(SlaPolicyConfiguration? policy, string field = "sla_policy")
    {
        if (policy?.CoordinatorUrl is { } text && !(Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            yield return new Fault(ErrorCodes.OutOfRange, $"{field}.coordinator_url", ShownValue.Of(text), "must be a whole http or https URL");
        }

        if (policy?.DurationSecs > GreatestDurationSecs)
        {
            yield return new Fault(ErrorCodes.OutOfRange, $"{field}.duration_secs", Text(policy.DurationSecs.Value),
                $"must be at most {GreatestDurationSecs} seconds (2 hours)");
        }
    }

    public static IEnumerable<Fault> CheckAgainstInstances(JobConfiguration job)
    {
        if (job.SlaPolicy is not { CoordinatorUrl: null } policy)
        {
            yield break;
        }

        if (job.Instances < SlaPolicyConfiguration.LeastInstances)
        {
            yield return new Fault(ErrorCodes.InvalidCombination, "sla_policy", "",
                $"needs at least {SlaPolicyConfiguration.LeastInstances} instances, and the job has {job.Instances}; a coordinator policy has no such limit");
        }

        if (policy.Count >= job.Instances)
        {
            yield return new Fault(ErrorCodes.OutOfRange, "sla_policy.count", Text(policy.Count.Value),
                $"must be less than the number of instances ({job.Instances}), so that one may be down");
        }

        if (policy.Percentage is { } percentage and >= 0 and <= 100 && job.Instances * (100 - (decimal)percentage) / 100 < 1) // 0.1 % of 1,000 is one; with doubles it is less.
        {
            yield return new Fault(ErrorCodes.OutOfRange, "sla_policy.percentage", percentage.ToString(CultureInfo.InvariantCulture),
                $"leaves less than one of {job.Instances} instances free to be down");
        }
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
