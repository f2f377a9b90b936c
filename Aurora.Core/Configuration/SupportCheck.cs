using System.Globalization;
using Aurora.Core.Configuration.Reading;
using Aurora.Core.Errors;

namespace Aurora.Core.Configuration;

/// <summary>
/// What is valid in a job but cannot be done by this release. It is refused, never ignored: somebody who asks for it must not believe to have it.
/// Values that equal the default ask for nothing.
/// </summary>
public static class SupportCheck
{
    /// <summary>Lists what the job asks for in vain.</summary>
    /// <param name="job">A valid job (<see cref="JobValidation"/>).</param>
    /// <returns>AUR1301 faults; empty when this release can do all of it.</returns>
    public static IReadOnlyList<Fault> Unsupported(JobConfiguration job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return [.. JobFields(job).Concat(UpdateFields(job.UpdateConfig))
            .Where(f => f.IsAsked)
            .Select(f => new Fault(ErrorCodes.NotSupportedYet, f.Field, f.Value is null ? "" : ShownValue.Of(f.Value),
                $"not supported yet: {f.Field} {f.What}".TrimEnd()))];
    }

    private static IEnumerable<Wish> JobFields(JobConfiguration job) =>
    [
        new(job.Announce?.ZkPath is not null, "announce.zk_path", job.Announce?.ZkPath, "(there is no ZooKeeper; the broker is the registry)"),
        new(job.CronSchedule is not null, "cron_schedule", job.CronSchedule, "(cron jobs)"),
        new(job.CronCollisionPolicy != "KILL_EXISTING", "cron_collision_policy", job.CronCollisionPolicy, "(cron jobs)"),
        new(IsContainer(job.Container), "container", null, "(container images)"),
        new(job.ExecutorConfig is not (null or { Name: "AuroraExecutor", Data: "" }), "executor_config", job.ExecutorConfig?.Name,
            "(custom executors)"),
        new(job.EnableHooks, "enable_hooks", "true", ""),
        new(job.TaskLinks.Count > 0, "task_links", null, ""),
    ];

    private static IEnumerable<Wish> UpdateFields(UpdateConfiguration update) =>
    [
        new(update.WaitForBatchCompletion, "update_config.wait_for_batch_completion", "true", ""),
        new(update.PulseIntervalSecs is not null, "update_config.pulse_interval_secs", Text(update.PulseIntervalSecs ?? 0), "(coordinated updates)"),
        new(update.SlaAware, "update_config.sla_aware", "true", ""),
        new(update.UpdateStrategy is not null, "update_config.update_strategy", null, ""),
    ];

    private static bool IsContainer(ContainerConfiguration? container) =>
        container is { Docker: not null } or { Image: not null } or { Volumes.Count: > 0 };

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed record Wish(bool IsAsked, string Field, string? Value, string What);
}
