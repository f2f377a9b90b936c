using System.IO.Enumeration;
using Aurora.Broker.FrontDoor;
using Aurora.Broker.Maintenance;
using Aurora.Broker.Updates;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.State;

/// <summary>Answers queries from memory, a page at a time. Only references are collected here; they become JSON when the answer is sent, outside the loop.</summary>
internal sealed class Queries(Turn turn, TaskTimers timers, QuotaInputs quotas)
{
    private readonly WaitingReasons _reasons = new(turn);

    private BrokerState State => turn.State;

    public Effect Answer(CommandInput input) => input.Command switch
    {
        ReadTaskLog read => Forward(input.Request, read, read.TaskId, ErrorCodes.LogNotFound, "log"),
        ReadTaskFile read => Forward(input.Request, read, read.TaskId, ErrorCodes.SandboxFileNotFound, "sandbox"),
        ListTaskFiles list => Forward(input.Request, list, list.TaskId, ErrorCodes.SandboxFileNotFound, "sandbox"),
        _ => new Answered(input.Request, Decide(input.Command)),
    };

    private Answer Decide(ICommand command) => command switch
    {
        GetJobs get => Ok(get, Jobs(get)),
        GetTasks get => Ok(get, Tasks(get)),
        GetUpdates get => Ok(get, Updates(get)),
        GetCluster get => Ok(get, Cluster()),
        GetWorkers get => Ok(get, WorkerQueries.Page(get, State.WorkersById.Values)),
        GetQuotas get => Ok(get, Quotas(get)),
        _ => throw new InvalidOperationException($"{command.GetType().Name} is no query."),
    };

    private static Answer Ok(ICommand command, object result) => FrontDoor.Answer.Ok(command.CommandId, "", result);

    private Effect Forward(IRequest request, ICommand read, TaskId id, string notPlaced, string what)
    {
        if (!State.Tasks.TryGetValue(id, out var task))
            return new Answered(request, FrontDoor.Answer.Refused(read.CommandId, ErrorCodes.TaskNotFound, $"there is no task {id}"));
        return task.Worker is { } worker
            ? new ForwardedRead(request, read, id, worker)
            : new Answered(request, FrontDoor.Answer.Refused(read.CommandId, notPlaced, $"task {id} was never placed on a worker, so it has no {what}"));
    }

    private JobPage Jobs(GetJobs get)
    {
        var page = new List<JobSummary>();
        foreach (var job in Matching(get.Role, get.Environment, get.Name, get.After))
        {
            if (page.Count == get.Limit)
                return new JobPage(page, page[^1].Key.ToString());
            if (job.Record is not null)
                page.Add(Summary(job, job.Record));
        }

        return new JobPage(page, null);
    }

    private JobSummary Summary(JobState job, JobRecord record)
    {
        var configuration = State.Configuration(record.ConfigurationId).Job;
        return new JobSummary
        {
            Key = job.Key,
            Type = configuration.Service ? "service" : configuration.CronSchedule is null ? "adhoc" : "cron",
            Configuration = configuration.Instances == record.Instances ? configuration : configuration with { Instances = record.Instances },
            Pending = job.PendingCount,
            Active = job.OnWorkerCount,
            Finished = job.FinishedCount,
            Failed = job.FailedCount,
            UpdateId = job.ActiveUpdate,
            Url = turn.JobUrl(job.Key),
        };
    }

    private TaskPage Tasks(GetTasks get)
    {
        if (get.TaskId is { } id)
            return new TaskPage(State.Tasks.TryGetValue(id, out var task) && Wanted(get, task) ? [Summary(task)] : [], null);

        var after = TaskCursor.Read(get.After);
        var page = new List<TaskSummary>();
        TaskRecord? last = null;
        foreach (var job in Matching(get.Role, get.Environment, get.Name, after?.Job, inclusive: true))
        {
            var tasks = (get.ActiveOnly ? job.Active.Values : job.Tasks).Select(t => State.Tasks[t]).Where(t => Wanted(get, t)).ToList();
            tasks.Sort(TaskCursor.Compare);
            foreach (var task in tasks)
            {
                if (after is not null && !after.IsBefore(task))
                    continue;
                if (page.Count == get.Limit)
                    return new TaskPage(page, TaskCursor.Of(last!).ToString()); // A full page has a last task.
                page.Add(Summary(task));
                last = task;
            }
        }

        return new TaskPage(page, null);
    }

    private static bool Wanted(GetTasks get, TaskRecord task) =>
        (!get.ActiveOnly || task.State.IsActive()) && (get.Instances is null || get.Instances.Contains(task.Instance))
        && Matches(get.Role, task.Job.Role) && Matches(get.Environment, task.Job.Environment) && Matches(get.Name, task.Job.Name);

    private TaskSummary Summary(TaskRecord task)
    {
        var configuration = State.ConfigurationOf(task).Job;
        return new TaskSummary
        {
            TaskId = task.Id,
            Job = task.Job,
            Instance = task.Instance,
            State = task.State,
            Worker = task.Worker,
            Host = task.Worker is { } worker && State.Workers.TryGetValue(worker, out var known) ? known.Record.Host : null,
            PendingReason = WhyPending(task),
            FailureCount = task.FailureCount,
            Ancestor = task.Ancestor,
            Resources = configuration.Task.Resources,
            Metadata = configuration.Metadata,
            Events = task.Events,
            Processes = task.Processes,
            Ports = task.Ports.Count == 0 ? null : task.Ports,
            Usage = task.Usage,
        };
    }

    private string? WhyPending(TaskRecord task) => task.State switch
    {
        TaskState.Throttled => $"held back until {task.NotBefore:yyyy-MM-dd HH:mm:ss}Z because earlier attempts ended too soon",
        TaskState.Pending when State.Jobs[task.Job].GroupsByConfiguration[task.ConfigurationId] is var group => WhoMakesRoom(group) ?? _reasons.Of(group),
        TaskState.Partitioned => WhyPartitioned(task),
        _ => null,
    };

    private string? WhoMakesRoom(PendingGroup group)
    {
        if (group.Kept.Count == 0)
            return null;
        var worker = State.Workers[State.Index.Id(group.Kept.Min)];
        return worker.Tasks.Count(t => State.Tasks[t].State == TaskState.Preempting) switch
        {
            0 => $"room is being made: worker {worker.Record.Id} is kept for it",
            1 => $"1 task is being preempted on worker {worker.Record.Id} to make room",
            var count => $"{count} tasks are being preempted on worker {worker.Record.Id} to make room",
        };
    }

    private string WhyPartitioned(TaskRecord task)
    {
        var known = task.TimesPartitioned > 1 ? $" (for the {task.TimesPartitioned}. time)" : "";
        var next = timers.Outlook(task) is { LookAgainAt: { } at }
            ? $"unless it comes back, the task is given up and started elsewhere at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"
            : "the task waits until it comes back, or until somebody kills the task (partition_policy.reschedule is false)";
        return $"worker {task.Worker} is out of reach since {task.ChangedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z{known}; {next}";
    }

    private UpdatePage Updates(GetUpdates get)
    {
        if (!State.Jobs.TryGetValue(get.Job, out var job))
            return new UpdatePage([]);
        var ids = get.UpdateId is null ? job.Updates.Reverse().Take(get.Limit) : job.Updates.Where(u => u == get.UpdateId);
        return new UpdatePage([.. ids.Select(id => Summary(State.Updates[id]))]);
    }

    private static UpdateSummary Summary(UpdateRecord update) => new()
    {
        UpdateId = update.Id,
        Job = update.Job,
        Status = update.Status.WireName(),
        User = update.User,
        CreatedAt = update.CreatedAt,
        ModifiedAt = update.ModifiedAt,
        Message = update.Message,
        InstancesTotal = update.Instances.Length,
        InstancesDone = update.Instances.Count(i => i.State is InstanceState.Succeeded or InstanceState.Failed),
        Events = update.Events,
    };

    // A plain name gets its answer whether anything is known of the role or not: zero of the default quota is an answer.
    private QuotaPage Quotas(GetQuotas get)
    {
        if (IsPlain(get.Role))
            return new QuotaPage(get.After is null || string.CompareOrdinal(get.Role, get.After) > 0 ? [quotas.Summary(get.Role!)] : [], null); // A plain name is not null.

        var roles = State.Quotas.Keys.Union(State.Roles.Keys, StringComparer.Ordinal)
            .Where(r => Matches(get.Role, r) && (get.After is null || string.CompareOrdinal(r, get.After) > 0))
            .Order(StringComparer.Ordinal).Take(get.Limit + 1).ToList();
        var page = roles.Take(get.Limit).Select(quotas.Summary).ToList();
        return new QuotaPage(page, roles.Count > get.Limit ? page[^1].Role : null);
    }

    private ClusterStatus Cluster() => new(
        turn.Options.ClusterName, turn.Options.Version, turn.Options.BrokerName, turn.Options.BaseUrl(),
        [.. State.WorkersById.Values.Select(WorkerQueries.Summary)])
    {
        DuplicatesFound = turn.DuplicatesFound,
    };

    private IEnumerable<JobState> Matching(string? role, string? environment, string? name, string? after, bool inclusive = false)
    {
        if (IsPlain(role) && IsPlain(environment) && IsPlain(name))
        {
            var key = new JobKey(turn.Options.ClusterName, role!, environment!, name!); // Plain names are not null.
            var order = after is null ? 1 : string.CompareOrdinal(key.ToString(), after);
            return State.Jobs.TryGetValue(key, out var job) && (order > 0 || (inclusive && order == 0)) ? [job] : [];
        }

        return State.JobsByKey
            .SkipWhile(j => after is not null && (string.CompareOrdinal(j.Key, after) < 0 || (!inclusive && j.Key == after)))
            .Select(j => j.Value)
            .Where(j => Matches(role, j.Key.Role) && Matches(environment, j.Key.Environment) && Matches(name, j.Key.Name));
    }

    private static bool IsPlain(string? pattern) => pattern is not null && pattern.AsSpan().IndexOfAny('*', '?') < 0;

    private static bool Matches(string? pattern, string name) => pattern is null || FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
