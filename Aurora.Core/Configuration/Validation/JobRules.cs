using Aurora.Core.Configuration.Reading;
using Aurora.Core.Configuration.Templates;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;

namespace Aurora.Core.Configuration.Validation;

/// <summary>The rules between fields. Types, ranges and spellings of single fields are the schema's.</summary>
internal static class JobRules
{
    /// <summary>All rules, on a job of the schema's shape. What only follows from a field that is known to be wrong is left out.</summary>
    public static IEnumerable<Fault> Check(JobConfiguration job, FaultList known)
    {
        var instancesKnown = !known.IsWrongWithin("instances");
        return Cron(job)
            .Concat(PlacementConstraints(job, roleKnown: !known.IsWrongWithin("role")))
            .Concat(TaskRules.Names(job.Task))
            .Concat(known.IsWrongWithin("task.processes") ? [] : OrderRules.Check(job.Task).Concat(TaskRules.Completion(job.Task)))
            .Concat(instancesKnown ? UpdateRules.CheckAgainstInstances(job) : [])
            .Concat(UpdateRules.CheckStrategy(job))
            .Concat(instancesKnown ? SlaRules.CheckAgainstInstances(job) : [])
            .Concat(SlaRules.Check(job.SlaPolicy))
            .Concat(AnnounceRules.Check(job))
            .Concat(PartitionRules.Check(job.PartitionPolicy))
            .Concat(Templates(job));
    }

    private static IEnumerable<Fault> Cron(JobConfiguration job)
    {
        if (job.CronSchedule is not { } schedule)
        {
            yield break;
        }

        if (job.Service)
        {
            yield return new Fault(ErrorCodes.InvalidCombination, "cron_schedule", ShownValue.Of(schedule),
                "cannot be combined with service: a cron job ends between its runs");
        }

        if (CronSyntax.Fault(schedule) is { } rule)
        {
            yield return new Fault(ErrorCodes.OutOfRange, "cron_schedule", ShownValue.Of(schedule), rule);
        }
    }

    private static IEnumerable<Fault> PlacementConstraints(JobConfiguration job, bool roleKnown)
    {
        foreach (var (attribute, expression) in job.Constraints)
        {
            var field = $"constraints[{attribute}]";
            if (attribute.Length == 0)
            {
                yield return new Fault(ErrorCodes.OutOfRange, "constraints", "", "holds an empty attribute name");
            }
            else if (!Identifier.IsValid(attribute))
            {
                yield return new Fault(ErrorCodes.InvalidIdentifier, field, ShownValue.Of(expression), $"is about no attribute that a worker can have: names are {Identifier.Rule}");
            }

            if (!PlacementConstraint.TryParse(attribute, expression, out var constraint, out var rule))
            {
                yield return new Fault(ErrorCodes.OutOfRange, field, ShownValue.Of(expression), rule);
            }
            else if (attribute == PlacementConstraint.Dedicated && roleKnown && !constraint.IsDedicationOf(job.Role))
            {
                yield return new Fault(ErrorCodes.OutOfRange, field, ShownValue.Of(expression),
                    $"must be one value that begins with the job's role: '{job.Role}', '{job.Role}/NAME' or '*/NAME'");
            }
        }
    }

    /// <summary>What the worker binds must be bindable; the reader has seen to it, but a submission need not have come through the reader.</summary>
    private static IEnumerable<Fault> Templates(JobConfiguration job)
    {
        var texts = job.Task.Processes.Select((p, i) => (p.Cmdline, Path: $"task.processes[{i}].cmdline"));
        if (job.HealthCheckConfig.HealthChecker.Shell is { } shell)
        {
            texts = texts.Append((shell.ShellCommand, "health_check_config.health_checker.shell.shell_command"));
        }

        return texts.SelectMany(t => UnboundTemplates.In(t.Item1, t.Path));
    }
}
