using System.Globalization;
using System.Text.RegularExpressions;
using Aurora.Broker.Scheduling;
using Aurora.Broker.Sla;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Broker.FrontDoor;

/// <summary>
/// Checks requests as far as that needs no state: what the client checked is checked again, since anybody may send to the queue. A field that the
/// sender left out is null here, whatever its type says.
/// </summary>
internal sealed class CommandChecks(string clusterName, Regex allowedEnvironments, TierOptions tiers, SlaOptions sla)
{
    private const int MaxMessage = 1024;
    private const int MaxPath = 4096;
    private const int MaxUser = 255;
    private const int MaxInstances = 4000;
    private const double MaxQuotaCores = 1_000_000_000;
    private const long MaxQuotaBytes = 1L << 60;

    public IReadOnlyList<Fault> Check(ICommand command)
    {
        var faults = new List<Fault>();
        if (command.CommandId == Guid.Empty)
            faults.Add(new Fault(ErrorCodes.RequiredField, "command_id", "", "must be given; it makes a repeated command harmless"));
        if (command.User is not { Length: <= MaxUser })
            faults.Add(new Fault(ErrorCodes.InvalidArgument, "user", command.User ?? "", "must be given and have at most 255 characters"));
        switch (command)
        {
            case CreateJob create:
                CheckJob(create.Job, faults);
                break;
            case StartUpdate start:
                CheckJob(start.Job, faults);
                if (start.Job is { Service: false })
                    faults.Add(new Fault(ErrorCodes.NotAService, "job.service", "false", "only services can be updated; kill the job and create it again"));
                CheckInstances(start.Instances, faults);
                CheckMessage(start.Message, faults);
                break;
            case KillTasks kill:
                CheckKey(kill.Job, faults);
                CheckInstances(kill.Instances, faults);
                CheckMessage(kill.Message, faults);
                break;
            case AbortUpdate abort:
                CheckKey(abort.Job, faults);
                CheckMessage(abort.Message, faults);
                break;
            case GetJobs get:
                CheckLimit(get.Limit, 1000, faults);
                break;
            case GetTasks get:
                CheckLimit(get.Limit, 1000, faults);
                CheckInstances(get.Instances, faults);
                break;
            case GetUpdates get:
                CheckKey(get.Job, faults);
                CheckLimit(get.Limit, 100, faults);
                break;
            case GetQuotas get:
                CheckLimit(get.Limit, 1000, faults);
                break;
            case SetQuota set:
                CheckQuota(set, faults);
                break;
            case ReadTaskLog read:
                CheckRead(read, faults);
                break;
            case ReadTaskFile read:
                CheckTask(read.TaskId, faults);
                CheckPath(read.Path, least: 1, faults);
                CheckMaxBytes(read.MaxBytes, faults);
                break;
            case ListTaskFiles list:
                CheckTask(list.TaskId, faults);
                CheckPath(list.Path, least: 0, faults);
                break;
            case GetWorkers get:
                WorkerCommandChecks.CheckPattern(get.Name, faults);
                CheckLimit(get.Limit, 1000, faults);
                break;
            case DrainWorkers drain:
                WorkerCommandChecks.Check(drain, faults);
                CheckMessage(drain.Message, faults);
                break;
            case DeactivateWorkers deactivate:
                WorkerCommandChecks.CheckNames(deactivate.Workers, faults);
                CheckMessage(deactivate.Message, faults);
                break;
            case ActivateWorkers activate:
                WorkerCommandChecks.CheckNames(activate.Workers, faults);
                break;
        }

        return faults;
    }

    /// <summary>Fills in what the sender left to the cluster.</summary>
    /// <param name="command">A command without faults.</param>
    /// <returns>The command as it is applied.</returns>
    public ICommand Complete(ICommand command) => command switch
    {
        CreateJob create => create with { Job = tiers.Complete(create.Job) },
        StartUpdate start => start with { Job = tiers.Complete(start.Job) },
        _ => command,
    };

    private void CheckJob(JobConfiguration? job, List<Fault> faults)
    {
        if (job is null)
        {
            faults.Add(new Fault(ErrorCodes.RequiredField, "job", "", "must be given"));
            return;
        }

        faults.AddRange(JobValidation.Check(job));
        if (faults.Count > 0)
            return; // What follows reads a valid job.
        faults.AddRange(SupportCheck.Unsupported(job));
        CheckKey(job.Key, faults);
        if (tiers.Check(job) is { } tierFault)
            faults.Add(tierFault);
        if (job.SlaPolicy is not null && !sla.IsProtected(tiers.Of(job)))
        {
            faults.Add(new Fault(ErrorCodes.InvalidCombination, "sla_policy", $"in tier {tiers.Of(job).Name}",
                "is for jobs of a production tier only: choose one that is neither preemptible nor revocable, or leave the policy out"));
        }

        if (!allowedEnvironments.IsMatch(job.Environment))
        {
            faults.Add(new Fault(ErrorCodes.InvalidIdentifier, "environment", job.Environment,
                $"this cluster allows environments that match {allowedEnvironments}"));
        }
    }

    private void CheckKey(JobKey? key, List<Fault> faults)
    {
        if (key is null)
            faults.Add(new Fault(ErrorCodes.RequiredField, "job", "", "must be given"));
        else if (key.Cluster != clusterName)
            faults.Add(new Fault(ErrorCodes.WrongCluster, "cluster", key.Cluster, $"this is cluster {clusterName}"));
    }

    private static void CheckInstances(IReadOnlyList<int>? instances, List<Fault> faults)
    {
        if (instances is { Count: 0 or > MaxInstances })
            faults.Add(new Fault(ErrorCodes.InvalidArgument, "instances", $"{instances.Count} of them", "must be 1 to 4,000 instances; leave it out for all"));
        else if (instances?.Any(i => i is < 0 or >= MaxInstances) == true)
            faults.Add(new Fault(ErrorCodes.InvalidArgument, "instances", string.Join(',', instances.Where(i => i is < 0 or >= MaxInstances)), "each must be 0 to 3,999"));
    }

    private static void CheckMessage(string? message, List<Fault> faults)
    {
        if (message is { Length: > MaxMessage })
            faults.Add(new Fault(ErrorCodes.InvalidArgument, "message", $"{message.Length} characters", "must have at most 1,024 characters"));
    }

    private static void CheckLimit(int limit, int max, List<Fault> faults)
    {
        if (limit < 1 || limit > max)
            faults.Add(new Fault(ErrorCodes.InvalidArgument, "limit", $"{limit}", $"must be 1 to {max}"));
    }

    private static void CheckQuota(SetQuota set, List<Fault> faults)
    {
        if (set.Role is null || !Identifier.IsValid(set.Role))
            faults.Add(new Fault(ErrorCodes.InvalidIdentifier, "role", set.Role ?? "", $"must be {Identifier.Rule}"));
        if (set.Quota is null)
        {
            faults.Add(new Fault(ErrorCodes.RequiredField, "quota", "", "must be given: cores, memory and disk"));
            return;
        }

        if (!(set.Quota.Cpu >= 0 && set.Quota.Cpu <= MaxQuotaCores))
            faults.Add(new Fault(ErrorCodes.InvalidArgument, "quota.cpu", set.Quota.Cpu.ToString(CultureInfo.InvariantCulture), "must be 0 to 1,000,000,000 cores"));
        CheckBytes("quota.ram", set.Quota.Ram, faults);
        CheckBytes("quota.disk", set.Quota.Disk, faults);
    }

    private static void CheckBytes(string field, long bytes, List<Fault> faults)
    {
        if (bytes is < 0 or > MaxQuotaBytes)
            faults.Add(new Fault(ErrorCodes.InvalidArgument, field, bytes.ToString(CultureInfo.InvariantCulture), "must be 0 to 1,152,921,504,606,846,976 bytes (1,024 PB)"));
    }

    private static void CheckTask(TaskId task, List<Fault> faults)
    {
        if (!TaskId.IsValid(task.Value))
            faults.Add(new Fault(ErrorCodes.InvalidArgument, "task_id", task.Value ?? "", "must be a task's id"));
    }

    private static void CheckPath(string? path, int least, List<Fault> faults)
    {
        if (path is null || path.Length < least || path.Length > MaxPath)
            faults.Add(new Fault(ErrorCodes.InvalidArgument, "path", $"{path?.Length ?? 0} characters", $"must have {least} to 4,096 characters"));
    }

    private static void CheckMaxBytes(int maxBytes, List<Fault> faults)
    {
        if (maxBytes is < 1 or > 1 << 20)
            faults.Add(new Fault(ErrorCodes.InvalidArgument, "max_bytes", $"{maxBytes}", "must be 1 to 1,048,576"));
    }

    private static void CheckRead(ReadTaskLog read, List<Fault> faults)
    {
        CheckTask(read.TaskId, faults);
        if (read.Stream is not ("stdout" or "stderr"))
            faults.Add(new Fault(ErrorCodes.InvalidArgument, "stream", read.Stream ?? "", "must be stdout or stderr"));
        CheckMaxBytes(read.MaxBytes, faults);
        if (read.Run is < 0)
            faults.Add(new Fault(ErrorCodes.InvalidArgument, "run", $"{read.Run}", "must be 0 or more"));
    }
}
