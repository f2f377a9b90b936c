using System.Globalization;
using Aurora.Core.Configuration.Reading;
using Aurora.Core.Configuration.Validation;
using Aurora.Core.Errors;

namespace Aurora.Core.Configuration;

/// <summary>Checks an SLA policy that stands by itself, outside a job: a drain's default policy (aurora-spec sections 8.3 and 8.4).</summary>
public static class SlaPolicyCheck
{
    /// <summary>Checks a policy that did not come through the reader of jobs. What depends on a job's number of instances is not looked at.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="field">Its name in faults, for example <c>default_policy</c>.</param>
    /// <returns>Every fault (AUR1104, AUR1108); empty when the policy can be used.</returns>
    public static IReadOnlyList<Fault> Check(SlaPolicyConfiguration policy, string field)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var shapes = (policy.Percentage is null ? 0 : 1) + (policy.Count is null ? 0 : 1) + (policy.CoordinatorUrl is null ? 0 : 1);
        if (shapes != 1)
        {
            return [new Fault(ErrorCodes.InvalidCombination, field, "", "must have exactly one of percentage, count and coordinator_url")];
        }

        return [.. Numbers(policy, field).Concat(Belonging(policy, field)).Concat(SlaRules.Check(policy, field))];
    }

    private static IEnumerable<Fault> Numbers(SlaPolicyConfiguration policy, string field)
    {
        if (policy.Percentage is { } percentage && percentage is not (>= 0 and <= 100)) // Nor is something that is no number.
        {
            yield return new Fault(ErrorCodes.OutOfRange, $"{field}.percentage", percentage.ToString(CultureInfo.InvariantCulture), "must be 0 to 100");
        }

        if (policy.Count < 0)
        {
            yield return new Fault(ErrorCodes.OutOfRange, $"{field}.count", policy.Count.Value.ToString(CultureInfo.InvariantCulture), "must be 0 or more");
        }

        if (policy.DurationSecs < 0)
        {
            yield return new Fault(ErrorCodes.OutOfRange, $"{field}.duration_secs", policy.DurationSecs.Value.ToString(CultureInfo.InvariantCulture), "must be 0 or more");
        }
    }

    private static IEnumerable<Fault> Belonging(SlaPolicyConfiguration policy, string field)
    {
        if (policy.CoordinatorUrl is null && policy.DurationSecs is null)
        {
            yield return new Fault(ErrorCodes.RequiredField, $"{field}.duration_secs", "", "must be given with a percentage or a count");
        }

        if (policy.CoordinatorUrl is null && policy.StatusKey is { } key)
        {
            yield return new Fault(ErrorCodes.InvalidCombination, $"{field}.status_key", ShownValue.Of(key), "belongs to a coordinator_url");
        }

        if (policy.CoordinatorUrl is not null && policy.DurationSecs is { } secs)
        {
            yield return new Fault(ErrorCodes.InvalidCombination, $"{field}.duration_secs", secs.ToString(CultureInfo.InvariantCulture), "is not for a coordinator, which is asked instead");
        }

        if (policy is { CoordinatorUrl.Length: > 8192 })
        {
            yield return new Fault(ErrorCodes.OutOfRange, $"{field}.coordinator_url", ShownValue.Of(policy.CoordinatorUrl), "must have at most 8,192 characters");
        }

        if (policy.StatusKey is { Length: 0 or > 255 })
        {
            yield return new Fault(ErrorCodes.OutOfRange, $"{field}.status_key", ShownValue.Of(policy.StatusKey), "must have 1 to 255 characters");
        }
    }
}
