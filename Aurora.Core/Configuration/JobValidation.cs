using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Core.Configuration.Reading;
using Aurora.Core.Configuration.Validation;
using Aurora.Core.Errors;
using Aurora.Core.Messages;

namespace Aurora.Core.Configuration;

/// <summary>Every rule that a job must keep (aurora-spec section 2), wherever it came from. The broker checks each submission with it.</summary>
public static class JobValidation
{
    /// <summary>
    /// Checks a job that was bound before. Nothing is assumed of it: fields that must not be null may be, when it came over the wire.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <returns>Every fault; empty when the job is valid.</returns>
    public static IReadOnlyList<Fault> Check(JobConfiguration job)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (NotFinite(job) is { Count: > 0 } notFinite)
        {
            return notFinite;
        }

        var faults = new FaultList();
        var tree = (JsonObject)JsonSerializer.SerializeToNode(job, AuroraJson.Default.JobConfiguration)!; // A record is written as an object.
        var repaired = new SchemaReader(faults).ReadJob(tree);
        faults.EndStage();
        var whole = faults.All.Count == 0 ? job : repaired.Deserialize(AuroraJson.Default.JobConfiguration)!;
        foreach (var fault in JobRules.Check(whole, faults))
        {
            faults.Add(fault);
        }

        return faults.All;
    }

    /// <summary>JSON has no word for infinity, so these cannot be looked at together with the rest.</summary>
    private static List<Fault> NotFinite(JobConfiguration job)
    {
        var health = job.HealthCheckConfig;
        (string Field, double? Value)[] numbers =
        [
            ("task.resources.cpu", job.Task?.Resources?.Cpu),
            ("health_check_config.initial_interval_secs", health?.InitialIntervalSecs),
            ("health_check_config.interval_secs", health?.IntervalSecs),
            ("health_check_config.timeout_secs", health?.TimeoutSecs),
            ("sla_policy.percentage", job.SlaPolicy?.Percentage),
        ];
        return [.. numbers.Where(n => n.Value is { } value && !double.IsFinite(value))
            .Select(n => new Fault(ErrorCodes.OutOfRange, n.Field, n.Value!.Value.ToString(CultureInfo.InvariantCulture),
                "must be a finite number"))];
    }
}
