using System.Diagnostics;
using Aurora.Broker.Dispatch;
using Aurora.Broker.FrontDoor;
using Aurora.Broker.Scheduling;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Messaging;
using Aurora.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.Benchmarks.Placement;

/// <summary>
/// The broker's own loop over a SQLite file, with workers that are only messages. Jobs and workers are in the store before it begins, as after a failover, so that
/// what is measured is placing: from the first turn with all workers up to the commit of the last placement.
/// </summary>
internal sealed class SimulatedCluster : IEffectSink, IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly IStore _store;
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stopwatch _clock = new();
    private readonly CancellationTokenSource _stop = new();
    private BrokerLoop? _loop;
    private Func<WorkerId, TaskId, WorkerInput?>? _answer;
    private int _target;
    private int _placed;

    public SimulatedCluster(string folder)
    {
        _folder = new TemporaryFolder("placement", folder);
        _store = StoreFactory.Open(new StoreOptions { SqliteFile = _folder["aurora.db"] }, TimeProvider.System, NullLoggerFactory.Instance);
    }

    /// <summary>Writes jobs with pending tasks, and tasks that run already, into the store.</summary>
    public async Task FillAsync(IEnumerable<JobConfiguration> jobs, int workers, (JobConfiguration Job, IReadOnlyList<TaskRecord> Tasks)? filler)
    {
        await _store.MigrateAsync(default);
        var lease = await _store.AcquireLeaseAsync("fill", "", TimeSpan.FromHours(1), default) ?? throw new InvalidOperationException("Somebody else has a new file's lease.");
        var now = DateTimeOffset.UtcNow;
        var machine = Machine(new StoredState { Tasks = [], Configurations = [], Jobs = [], Workers = [], Updates = [], Replies = [] }, now);
        machine.Begin(now);
        foreach (var job in jobs)
        {
            machine.Apply(Create(job));
        }

        await _store.CommitAsync(lease.Epoch, machine.End().Changes.ToStoreChanges(), default);
        machine.Begin(now);
        for (var i = 0; i < workers; i++)
        {
            machine.State.PutWorker(Record(Load.Hello(i), now), now);
        }

        if (filler is { } running)
        {
            machine.State.AddConfiguration(running.Tasks[0].ConfigurationId, running.Job);
            machine.State.PutJob(new JobRecord(running.Job.Key, running.Tasks[0].ConfigurationId, running.Tasks.Count, "bench", now));
            foreach (var task in running.Tasks)
            {
                machine.State.PutTask(task);
            }
        }

        await _store.CommitAsync(lease.Epoch, machine.End().Changes.ToStoreChanges(), default);
        await _store.ReleaseLeaseAsync(lease, default);
    }

    /// <summary>Lets all workers come up at once, and waits until so many tasks are placed and stored.</summary>
    /// <param name="workers">How many workers say hello.</param>
    /// <param name="target">How many placements to wait for.</param>
    /// <param name="holds">The tasks that workers have already, by worker.</param>
    /// <param name="ends">Whether workers end every task as soon as they have it.</param>
    public async Task<Measured> PlaceAsync(int workers, int target, IReadOnlyDictionary<WorkerId, TaskId>? holds = null, bool ends = false)
    {
        var lease = await _store.AcquireLeaseAsync("bench", "", TimeSpan.FromHours(1), default) ?? throw new InvalidOperationException("The lease was not given back.");
        var now = DateTimeOffset.UtcNow;
        var machine = Machine(await _store.LoadAsync(default), now);
        machine.Begin(now);
        for (var i = 0; i < workers; i++)
        {
            machine.Apply(Heard(HelloOf(i, holds)));
        }

        _target = target;
        _answer = ends ? Ended : null;
        using var loop = _loop = new BrokerLoop(machine, _store, lease.Epoch, this, new PoisonList(), TimeProvider.System, NullLogger.Instance);
        GC.Collect();
        var (cpu, bytes) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
        _clock.Restart();
        var run = Task.Run(() => loop.RunAsync(_stop.Token, CancellationToken.None));
        await (await Task.WhenAny(_reached.Task, run));
        var measured = new Measured(_placed, _clock.Elapsed, Environment.CpuUsage.TotalTime - cpu, GC.GetTotalAllocatedBytes() - bytes);
        await _stop.CancelAsync();
        await run;
        await _store.ReleaseLeaseAsync(lease, default);
        return measured;
    }

    public void Send(IReadOnlyList<Effect> effects)
    {
        foreach (var effect in effects)
        {
            if (effect is not Announced { Change: { To: TaskState.Assigned, Worker: { } worker } change })
            {
                continue;
            }

            _placed++;
            if (_answer?.Invoke(worker, change.TaskId) is { } answer)
            {
                _ = _loop!.OfferAsync(answer, CancellationToken.None).AsTask(); // The loop's own line is longer than what a turn places.
            }
        }

        if (_placed >= _target)
        {
            _clock.Stop();
            _reached.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _stop.Dispose();
        _folder.Dispose();
    }

    private static WorkerHello HelloOf(int number, IReadOnlyDictionary<WorkerId, TaskId>? holds) =>
        holds is not null && holds.TryGetValue(Load.Id(number), out var task)
            ? Load.Hello(number) with { Tasks = [new TaskReport(task, TaskState.Running, DateTimeOffset.UtcNow, null, [])] }
            : Load.Hello(number);

    private static WorkerInput Ended(WorkerId worker, TaskId task) =>
        Heard(new TasksReported(worker, Load.Session, [new TaskReport(task, TaskState.Finished, DateTimeOffset.UtcNow, null, [])]));

    private static WorkerInput Heard(object message) => new(message, Delivery.Instance);

    private static CommandInput Create(JobConfiguration job)
    {
        var command = new CreateJob(Guid.NewGuid(), "bench", job);
        return new CommandInput(new CallRequest(command.CommandId), command, "digest", TaskFingerprint.Of(job), null);
    }

    private static WorkerRecord Record(WorkerHello hello, DateTimeOffset now) =>
        new(hello.Worker, hello.Host, hello.Session, hello.Version, hello.Total, System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, hello.Attributes), now);

    private static BrokerMachine Machine(StoredState stored, DateTimeOffset now) =>
        new(BrokerState.Load(stored, now), new TurnOptions { ClusterName = Load.Cluster, BrokerName = "bench", Version = "1", BaseUrl = () => "http://127.0.0.1", WorkerLostAfter = TimeSpan.FromHours(1), Timeouts = new TimeoutOptions { LaunchRetry = TimeSpan.FromHours(1) } }, now);

    private sealed class Delivery : IDelivery
    {
        public static readonly Delivery Instance = new();

        public BusMessage Message { get; } = new("bench", 1, Guid.NewGuid(), default);

        public bool Redelivered => false;

        public string? ReplyTo => null;

        public void Ack()
        {
        }

        public void Reject(string reason)
        {
        }

        public void Requeue()
        {
        }
    }
}
