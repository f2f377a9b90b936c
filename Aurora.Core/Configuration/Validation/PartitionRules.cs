using System.Globalization;
using Aurora.Core.Errors;

namespace Aurora.Core.Configuration.Validation;

/// <summary>
/// What holds between the fields of a partition policy. A delay without a reschedule means nothing, but Aurora takes it, so it is taken here as well.
/// </summary>
internal static class PartitionRules
{
    private const int LongestStop = 86_400;

    /// <summary>Checks a policy.</summary>
    /// <param name="policy">The policy, or null.</param>
    /// <returns>The faults.</returns>
    public static IEnumerable<Fault> Check(PartitionPolicyConfiguration? policy)
    {
        if (policy?.StopAfterSecs is not { } stopAfter)
            yield break;

        var shown = stopAfter.ToString(CultureInfo.InvariantCulture);
        if (stopAfter > LongestStop)
            yield return new Fault(ErrorCodes.OutOfRange, "partition_policy.stop_after_secs", shown, "must be 10 to 86,400 seconds");
        if (!policy.Reschedule)
        {
            yield return new Fault(ErrorCodes.InvalidCombination, "partition_policy.stop_after_secs", shown,
                "cannot be combined with reschedule: false; the worker would end the task, and nothing would take its place");
        }
    }
}
