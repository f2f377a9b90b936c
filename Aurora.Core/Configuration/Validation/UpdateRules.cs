using System.Globalization;
using Aurora.Core.Configuration.Schema;
using Aurora.Core.Errors;

namespace Aurora.Core.Configuration.Validation;

/// <summary>The rules of updates (aurora-spec section 2.6).</summary>
internal static class UpdateRules
{
    /// <summary>
    /// An update keeps a record of each failure; this bounds them (the original's default: five times the greatest number of instances).
    /// </summary>
    private const int MaximumRecordedFailures = 5 * JobSchema.MaximumInstances;

    public static IEnumerable<Fault> CheckAgainstInstances(JobConfiguration job)
    {
        var update = job.UpdateConfig;
        if (update.MaxTotalFailures >= job.Instances)
        {
            yield return Fault("max_total_failures", update.MaxTotalFailures,
                $"must be less than the number of instances ({job.Instances}), else no failure could fail the update");
        }
        else if (job.Constraints.ContainsKey(PlacementConstraint.Dedicated) && update.MaxTotalFailures < job.Instances / 50)
        {
            yield return Fault("max_total_failures", update.MaxTotalFailures,
                $"must be at least 2 % of the instances of a dedicated job ({job.Instances / 50})");
        }

        if ((long)update.MaxPerShardFailures * job.Instances > MaximumRecordedFailures)
        {
            yield return Fault("max_per_shard_failures", update.MaxPerShardFailures,
                $"times the number of instances ({job.Instances}) must be at most {MaximumRecordedFailures}");
        }
    }

    public static IEnumerable<Fault> CheckStrategy(JobConfiguration job)
    {
        var update = job.UpdateConfig;
        if (update.SlaAware && job.SlaPolicy is null)
        {
            yield return Combination("sla_aware", "true", "needs a sla_policy to be aware of");
        }

        if (update.UpdateStrategy is not null)
        {
            if (update.WaitForBatchCompletion)
            {
                yield return Combination("update_strategy", "",
                    "cannot be combined with wait_for_batch_completion: a BatchUpdateStrategy means the same");
            }

            if (update.BatchSize > 1)
            {
                yield return Combination("update_strategy", "", $"cannot be combined with batch_size ({update.BatchSize}): the strategy has its own");
            }
        }
    }

    private static Fault Fault(string field, int value, string rule) =>
        new(ErrorCodes.OutOfRange, $"update_config.{field}", value.ToString(CultureInfo.InvariantCulture), rule);

    private static Fault Combination(string field, string value, string rule) => new(ErrorCodes.InvalidCombination,
        $"update_config.{field}", value, rule);
}
