using Aurora.Broker.FrontDoor;
using Aurora.Broker.Scheduling;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;

namespace Aurora.Broker.Tests.Support;

/// <summary>The broker without I/O: a test says what comes in and when, and looks at the state and at what goes out. Rows survive a failover, memory does not.</summary>
internal sealed class MachineBench
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<TaskId, TaskRecord> _tasks = [];
    private readonly Dictionary<string, ConfigurationRecord> _configurations = [];
    private readonly Dictionary<JobKey, JobRecord> _jobs = [];
    private readonly Dictionary<WorkerId, WorkerRecord> _workers = [];
    private readonly Dictionary<Guid, ReplyRecord> _replies = [];
    private readonly TurnOptions _options;
    private BrokerMachine _machine;

    public MachineBench(Func<TurnOptions, TurnOptions>? with = null)
    {
        var options = new TurnOptions { ClusterName = Some.Cluster, BrokerName = "b1", Version = "1", BaseUrl = () => "http://x", Jitter = () => 1.0 };
        _options = with?.Invoke(options) ?? options;
        _machine = Load();
    }

    public DateTimeOffset Now { get; private set; } = Start;

    public BrokerState State => _machine.State;

    public TurnResult Last { get; private set; } = null!; // Made by the first turn.

    /// <summary>Everything that went out since the last <see cref="Forget"/>.</summary>
    public List<Effect> Effects { get; } = [];

    public IEnumerable<T> Sent<T>() => Effects.OfType<ToWorker>().Select(e => e.Message).OfType<T>();

    public void Forget() => Effects.Clear();

    public TaskRecord Task(TaskId id) => State.Tasks[id];

    public TaskRecord Active(JobConfiguration job, int instance = 0) => State.ActiveTask(job.Key, instance)!;

    public TaskRecord? ActiveOrNone(JobConfiguration job, int instance = 0) => State.ActiveTask(job.Key, instance);

    /// <summary>A job that runs on a worker that has said hello.</summary>
    public TaskRecord Run(JobConfiguration job, string worker = "w1", TaskState state = TaskState.Running)
    {
        if (!State.Workers.TryGetValue(new WorkerId(worker), out var known) || known.Presence != WorkerPresence.Up)
            Hello(worker);
        Create(job);
        var task = Active(job);
        Assert.Equal(TaskState.Assigned, task.State);
        if (state != TaskState.Assigned)
            Report(worker, task.Id, state);
        return Active(job);
    }

    public void Create(JobConfiguration job) => Command(new CreateJob(Guid.NewGuid(), "ann", job), TaskFingerprint.Of(job));

    public void Kill(JobConfiguration job) => Command(new KillTasks(Guid.NewGuid(), "ann", job.Key, null, null), null);

    public T Ask<T>(ICommand query)
    {
        Command(query, null);
        return Assert.IsType<T>(Effects.OfType<Answered>().Last().Answer.Result);
    }

    public TaskSummary Shown(TaskId task) => Assert.Single(Ask<TaskPage>(new GetTasks(Guid.NewGuid(), "ann", null, null, null, null, task, false, null, 10)).Tasks);

    public void Hello(string worker, params TaskReport[] tasks) => Say(HelloOf(worker, tasks));

    public static WorkerHello HelloOf(string worker, params TaskReport[] tasks) =>
        new(new WorkerId(worker), SessionOf(worker), $"{worker}.example.org", "1", Some.Grant(8, 1L << 30, 1L << 30), new Dictionary<string, string>(), tasks);

    public void Heartbeat(string worker) => Say(new WorkerHeartbeat(new WorkerId(worker), SessionOf(worker)));

    public void Report(string worker, TaskId task, TaskState state, string? message = null) => Say(Reported(worker, task, state, message));

    public static TasksReported Reported(string worker, TaskId task, TaskState state, string? message = null) =>
        new(new WorkerId(worker), SessionOf(worker), [FakeWorker.Report(task, state, message)]);

    public void Say(object message) => Turn(new WorkerInput(message, null!)); // Nothing acknowledges it here.

    /// <summary>Time passes, second by second, in which some workers are heard.</summary>
    public void Pass(double seconds, params string[] heard)
    {
        var end = Now + TimeSpan.FromSeconds(seconds);
        while (Now < end)
        {
            Now = Now + TimeSpan.FromSeconds(1) < end ? Now + TimeSpan.FromSeconds(1) : end;
            Turn(null);
            foreach (var worker in heard)
                Heartbeat(worker);
        }
    }

    /// <summary>Another broker takes over after a time in which nobody led.</summary>
    public void Failover(double seconds = 0)
    {
        Now += TimeSpan.FromSeconds(seconds);
        _machine = Load();
        Turn(null);
    }

    public static Guid SessionOf(string name)
    {
        var bytes = new byte[16];
        System.Text.Encoding.ASCII.GetBytes(name).CopyTo(bytes, 0);
        return new Guid(bytes);
    }

    private void Command(ICommand command, string? configuration) => Turn(new CommandInput(new CallRequest(command.CommandId), command, "digest", configuration, null));

    private BrokerMachine Load() => new(
        BrokerState.Load(new StoredState
        {
            Tasks = [.. _tasks.Values], Configurations = [.. _configurations.Values], Jobs = [.. _jobs.Values], Workers = [.. _workers.Values], Updates = [],
            Replies = [.. _replies.Values],
        }, Now), _options, Now);

    private void Turn(LoopInput? input)
    {
        _machine.Begin(Now);
        if (input is not null)
            _machine.Apply(input);
        Last = _machine.End();
        var changes = Last.Changes.ToStoreChanges();
        Put(_tasks, changes.Tasks, t => t.Id, changes.DeletedTasks);
        foreach (var row in changes.Configurations)
            _configurations.TryAdd(row.Id, row);
        Put(_configurations, [], c => c.Id, changes.DeletedConfigurations);
        Put(_jobs, changes.Jobs, j => j.Key, changes.DeletedJobs);
        Put(_workers, changes.Workers, w => w.Id, changes.DeletedWorkers);
        Put(_replies, changes.Replies, r => r.CommandId, changes.DeletedReplies);
        Effects.AddRange(Last.Effects);
    }

    private static void Put<TKey, TRow>(Dictionary<TKey, TRow> rows, IReadOnlyList<TRow> written, Func<TRow, TKey> key, IReadOnlyList<TKey> deleted)
        where TKey : notnull
    {
        foreach (var row in written)
            rows[key(row)] = row;
        foreach (var gone in deleted)
            rows.Remove(gone);
    }
}
