using System.Globalization;
using Aurora.Core.Configuration.Reading;
using Aurora.Core.Configuration.Templates;
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
        return [.. JobFields(job).Concat(TaskFields(job.Task)).Concat(UpdateFields(job.UpdateConfig)).Concat(Ports(job))
            .Where(f => f.IsAsked)
            .Select(f => new Fault(ErrorCodes.NotSupportedYet, f.Field, f.Value is null ? "" : ShownValue.Of(f.Value),
                $"not supported yet: {f.Field} {f.What}".TrimEnd()))];
    }

    private static IEnumerable<Wish> JobFields(JobConfiguration job) =>
    [
        new(job.Announce is not null, "announce", null, "(service registration)"),
        new(job.Tier is not (null or "preemptible"), "tier", job.Tier, "other than 'preemptible'"),
        new(job.Production, "production", "true", ""),
        new(job.Priority != 0, "priority", Text(job.Priority), "other than 0"),
        new(job.CronSchedule is not null, "cron_schedule", job.CronSchedule, "(cron jobs)"),
        new(job.CronCollisionPolicy != "KILL_EXISTING", "cron_collision_policy", job.CronCollisionPolicy, "(cron jobs)"),
        new(job.Constraints.Count > 0, "constraints", string.Join("; ", job.Constraints.Select(c => $"{c.Key}={c.Value}")),
            "(placement constraints)"),
        new(IsContainer(job.Container), "container", null, "(container images)"),
        new(job.ExecutorConfig is not (null or { Name: "AuroraExecutor", Data: "" }), "executor_config", job.ExecutorConfig?.Name,
            "(custom executors)"),
        new(job.EnableHooks, "enable_hooks", "true", ""),
        new(job.PartitionPolicy is not (null or { Reschedule: true, DelaySecs: 0 }), "partition_policy", null, "other than rescheduling at once"),
        new(job.SlaPolicy is not null, "sla_policy", null, ""),
        new(job.TaskLinks.Count > 0, "task_links", null, ""),
        new(job.HealthCheckConfig.HealthChecker.Shell is not null, "health_check_config.health_checker.shell", null, "(shell health checks)"),
        new(job.Lifecycle.Http is not null && job.Lifecycle.Http != new HttpLifecycleConfiguration(), "lifecycle.http", null,
            "other than the default"),
    ];

    private static IEnumerable<Wish> TaskFields(TaskConfiguration task) =>
    [
        new(task.MaxConcurrency != 0, "task.max_concurrency", Text(task.MaxConcurrency), "other than 0 (no limit)"),
        new(task.FinalizationWait != 30, "task.finalization_wait", Text(task.FinalizationWait), "other than 30 seconds"),
        new(task.Resources.Gpu != 0, "task.resources.gpu", Text(task.Resources.Gpu), "other than 0"),
        .. task.Processes.SelectMany((p, i) => ProcessFields(p, $"task.processes[{i}]")),
    ];

    private static IEnumerable<Wish> ProcessFields(ProcessConfiguration process, string path) =>
    [
        new(process.Daemon, $"{path}.daemon", "true", ""),
        new(process.Ephemeral, $"{path}.ephemeral", "true", ""),
        new(process.Final, $"{path}.final", "true", ""),
        new(process.Logger is not (null or { Destination: "file" }), $"{path}.logger.destination", process.Logger?.Destination, "other than 'file'"),
        new(process.Logger is not (null or { Mode: "standard" }), $"{path}.logger.mode", process.Logger?.Mode, "other than 'standard'"),
        new(process.Logger is { Mode: "standard", Rotate: not null }, $"{path}.logger.rotate", null, ""),
    ];

    private static IEnumerable<Wish> UpdateFields(UpdateConfiguration update) =>
    [
        new(update.WaitForBatchCompletion, "update_config.wait_for_batch_completion", "true", ""),
        new(update.PulseIntervalSecs is not null, "update_config.pulse_interval_secs", Text(update.PulseIntervalSecs ?? 0), "(coordinated updates)"),
        new(update.SlaAware, "update_config.sla_aware", "true", ""),
        new(update.UpdateStrategy is not null, "update_config.update_strategy", null, ""),
    ];

    private static IEnumerable<Wish> Ports(JobConfiguration job)
    {
        for (var i = 0; i < job.Task.Processes.Count; i++)
        {
            foreach (var port in RuntimeTemplates.Ports(job.Task.Processes[i].Cmdline))
            {
                yield return new Wish(true, $"task.processes[{i}].cmdline", null, $"asks for {{{{thermos.ports[{port}]}}}} (ports)");
            }
        }
    }

    private static bool IsContainer(ContainerConfiguration? container) =>
        container is { Docker: not null } or { Image: not null } or { Volumes.Count: > 0 };

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed record Wish(bool IsAsked, string Field, string? Value, string What);
}
