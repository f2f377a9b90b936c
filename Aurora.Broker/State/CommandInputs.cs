using Aurora.Broker.FrontDoor;
using Aurora.Broker.Maintenance;
using Aurora.Broker.Updates;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>
/// Applies commands that change something, once per command id. Refusals are kept like successes: a command that was refused, and whose sender knows it,
/// must not come through when it is delivered again.
/// </summary>
internal sealed class CommandInputs(Turn turn, TaskMoves moves, QuotaInputs quotas, MaintenanceInputs maintenance)
{
    private BrokerState State => turn.State;

    public void Apply(CommandInput input)
    {
        var command = input.Command;
        if (State.Replies.TryGetValue(command.CommandId, out var known))
        {
            turn.Effects.Add(new Answered(input.Request, known.CommandDigest == input.Digest
                ? Answer.Of(known.Reply)
                : Answer.Refused(command.CommandId, ErrorCodes.CommandReused,
                    $"command id {command.CommandId} was used for another command; make a new id for each intent")));
            return;
        }

        var answer = Decide(input);
        State.PutReply(new ReplyRecord(command.CommandId, input.Digest, answer.ToReply(), turn.Now));
        turn.Effects.Add(new Answered(input.Request, answer));
    }

    private Answer Decide(CommandInput input) => input.Command switch
    {
        _ when input.Refusal is { } fault => Answer.Invalid(input.Command.CommandId, [fault]),
        CreateJob create => Create(create, input.ConfigurationId!), // The front door fills it in for commands that carry a job.
        StartUpdate start => Start(start, input.ConfigurationId!),
        KillTasks kill => Kill(kill),
        AbortUpdate abort => Abort(abort),
        DrainWorkers drain => maintenance.Drain(drain),
        DeactivateWorkers deactivate => maintenance.Deactivate(deactivate),
        ActivateWorkers activate => maintenance.Activate(activate),
        SetQuota set => quotas.Set(set),
        _ => throw new InvalidOperationException($"{input.Command.GetType().Name} changes nothing."),
    };

    private Answer Create(CreateJob command, string configurationId)
    {
        var key = command.Job.Key;
        if (State.Jobs.TryGetValue(key, out var job))
        {
            if (Updating(command.CommandId, job) is { } refusal)
                return refusal;
            if (job.Active.Count > 0)
            {
                return Answer.Refused(command.CommandId, ErrorCodes.JobExists,
                    $"job {key} has {job.Active.Count} active tasks already; update it, or kill it first");
            }
        }

        State.AddConfiguration(configurationId, command.Job);
        if (quotas.RefuseCreate(command.CommandId, key, State.Configuration(configurationId), command.Job.Instances) is { } tooMuch)
            return tooMuch;

        State.PutJob(new JobRecord(key, configurationId, command.Job.Instances, command.User, job?.Record?.CreatedAt ?? turn.Now));
        for (var instance = 0; instance < command.Job.Instances; instance++)
            moves.Add(key, instance, configurationId, null);
        return Answer.Ok(command.CommandId, $"{command.Job.Instances} new tasks pending for job {key}",
            new JobCreated(key, command.Job.Instances, turn.JobUrl(key)));
    }

    private Answer Kill(KillTasks command)
    {
        if (!State.Jobs.TryGetValue(command.Job, out var job))
            return Answer.Refused(command.CommandId, ErrorCodes.JobNotFound, $"there is no job {command.Job}");
        if (Updating(command.CommandId, job) is { } refusal)
            return refusal;

        var reason = string.IsNullOrWhiteSpace(command.Message) ? $"Killed by {command.User}" : $"Killed by {command.User}: {command.Message}";
        var ids = (command.Instances is null ? job.Active.OrderBy(a => a.Key).Select(a => a.Value)
            : command.Instances.Distinct().Where(job.Active.ContainsKey).Select(i => job.Active[i])).ToArray();
        foreach (var id in ids)
            moves.Move(State.Tasks[id], TaskState.Killing, reason);
        return Answer.Ok(command.CommandId, ids.Length > 0 ? "Tasks killed." : "No tasks to kill.", new TasksKilled(command.Job, ids, turn.JobUrl(command.Job)));
    }

    private Answer Start(StartUpdate command, string configurationId)
    {
        var key = command.Job.Key;
        State.Jobs.TryGetValue(key, out var job);
        if (job is not null && Updating(command.CommandId, job) is { } refusal)
            return refusal;

        var current = job is null ? [] : job.Active.ToDictionary(a => a.Key, a => State.Tasks[a.Value].ConfigurationId);
        if (command.Instances?.Where(i => i < 0 || (i >= command.Job.Instances && !current.ContainsKey(i))).ToList() is { Count: > 0 } strange)
        {
            return Answer.Invalid(command.CommandId, [new Fault(ErrorCodes.InvalidArgument, "instances", string.Join(',', strange),
                "must be instances that the job has, or shall have")]);
        }

        var instances = UpdateDiff.Between(current, configurationId, command.Job.Instances, command.Instances?.ToHashSet());
        if (instances.IsEmpty)
            return Answer.Ok(command.CommandId, $"Job {key} is unchanged by the proposed update.", new UpdateStarted(key, null, turn.JobUrl(key)));

        State.AddConfiguration(configurationId, command.Job);
        if (quotas.RefuseUpdate(command.CommandId, key, instances) is { } tooMuch)
            return tooMuch;

        var id = turn.Options.NewId().ToString();
        State.PutJob(new JobRecord(key, configurationId, command.Instances is null ? command.Job.Instances : job?.Record?.Instances ?? instances.Length,
            job?.Record?.CreatedBy ?? command.User, job?.Record?.CreatedAt ?? turn.Now));
        State.PutUpdate(new UpdateRecord
        {
            Id = id,
            Job = key,
            Status = UpdateStatus.RollingForward,
            User = command.User,
            CreatedAt = turn.Now,
            ModifiedAt = turn.Now,
            Message = command.Message,
            TargetConfigurationId = configurationId,
            Settings = command.Job.UpdateConfig,
            Instances = instances,
            Events = [new UpdateEvent(turn.Now, UpdateStatus.RollingForward.WireName(), null, command.Message)],
        });
        turn.TouchedJobs.Add(key);
        return Answer.Ok(command.CommandId, $"Update {id} of job {key} started: {instances.Length} instances to change.",
            new UpdateStarted(key, id, $"{turn.JobUrl(key)}/update/{id}"));
    }

    private Answer Abort(AbortUpdate command)
    {
        if (!State.Jobs.TryGetValue(command.Job, out var job))
            return Answer.Refused(command.CommandId, ErrorCodes.JobNotFound, $"there is no job {command.Job}");
        if (job.ActiveUpdate is not { } id)
            return Answer.Refused(command.CommandId, ErrorCodes.UpdateNotFound, $"job {command.Job} has no active update");

        var reason = string.IsNullOrWhiteSpace(command.Message) ? $"Aborted by {command.User}" : $"Aborted by {command.User}: {command.Message}";
        State.PutUpdate(UpdateEngine.Abort(State.Updates[id], reason, turn.Now));
        turn.MaybeEmptyJobs.Add(command.Job);
        return Answer.Ok(command.CommandId, $"Update {id} of job {command.Job} aborted.", new UpdateEnded(command.Job, id, $"{turn.JobUrl(command.Job)}/update/{id}"));
    }

    private static Answer? Updating(Guid commandId, JobState job) => job.ActiveUpdate is not { } id ? null : Answer.Refused(
        commandId, ErrorCodes.JobUpdating, $"job {job.Key} is being updated by update {id}; wait until it is over, or abort it", ReplyCode.JobUpdatingError);
}
