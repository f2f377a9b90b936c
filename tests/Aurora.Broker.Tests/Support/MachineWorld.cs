using Aurora.Broker.FrontDoor;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.Tests.Support;

/// <summary>A machine with rows that outlive it, driven by hand: whoever wants to see what the loop decides needs no bus, no store and no clock.</summary>
internal sealed class MachineWorld
{
    private static readonly TaskState[] Said = [TaskState.Starting, TaskState.Running, TaskState.Finished, TaskState.Failed, TaskState.Killed, TaskState.Lost];
    private readonly TurnOptions _options;
    private readonly Dictionary<TaskId, TaskRecord> _tasks = [];
    private readonly Dictionary<string, ConfigurationRecord> _configurations = [];
    private readonly Dictionary<JobKey, JobRecord> _jobs = [];
    private readonly Dictionary<WorkerId, WorkerRecord> _workers = [];
    private readonly Dictionary<string, UpdateRecord> _updates = [];
    private readonly Dictionary<Guid, ReplyRecord> _replies = [];
    private readonly Dictionary<string, QuotaRecord> _quotas = [];
    private readonly Dictionary<WorkerId, ReservationRecord> _reservations = [];
    private readonly HashSet<WorkerId> _silent = [];

    public MachineWorld(Func<TurnOptions, TurnOptions>? with = null)
    {
        var options = new TurnOptions
        {
            ClusterName = Some.Cluster, BrokerName = "b", Version = "1", BaseUrl = () => "", DefaultQuota = new QuotaAmount(1e9, 1L << 60, 1L << 60),
        };
        _options = with?.Invoke(options) ?? options;
        Crash();
    }

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public BrokerMachine Machine { get; private set; } = null!; // Made by Crash.

    public BrokerState State => Machine.State;

    /// <summary>The effects of the last turn.</summary>
    public IReadOnlyList<Effect> Effects { get; private set; } = [];

    /// <summary>What the last command was answered.</summary>
    public Answer? Answer => Effects.OfType<Answered>().LastOrDefault()?.Answer;

    /// <summary>Memory is gone; what was committed stays. The effects of the last commit may never have been sent.</summary>
    public void Crash() => Machine = new BrokerMachine(BrokerState.Load(new StoredState
    {
        Tasks = [.. _tasks.Values], Configurations = [.. _configurations.Values], Jobs = [.. _jobs.Values], Workers = [.. _workers.Values],
        Updates = [.. _updates.Values], Replies = [.. _replies.Values], Quotas = [.. _quotas.Values], Reservations = [.. _reservations.Values],
    }, Now, _options.Tiers), _options, Now);

    public void Command(ICommand command) => Turn(new CommandInput(new CallRequest(command.CommandId), command, "digest", command switch
    {
        CreateJob create => TaskFingerprint.Of(create.Job),
        StartUpdate start => TaskFingerprint.Of(start.Job),
        _ => null,
    }, null));

    public void Create(JobConfiguration job) => Command(new CreateJob(Guid.NewGuid(), "ann", job));

    public void Hello(int n, double cpu = 8, IReadOnlyDictionary<string, string>? attributes = null) => Worker(new WorkerHello(
        Id(n), Guid.Empty, $"{Id(n)}.example.org", "1", Some.Grant(cpu, 1L << 30, 1L << 30), attributes ?? new Dictionary<string, string>(),
        [.. State.Workers.TryGetValue(Id(n), out var known) ? known.Tasks.Select(t => FakeWorker.Report(t, State.Tasks[t].State)) : []]));

    /// <summary>A word of a worker about one of its tasks.</summary>
    public void Report(TaskId task, TaskState state) => Worker(new TasksReported(_tasks[task].Worker!.Value, Guid.Empty, [FakeWorker.Report(task, state)]));

    /// <summary>Some word about some task that is or was on a worker.</summary>
    public void Report(int a, int b)
    {
        var placed = _tasks.Values.Where(t => t.Worker is not null).OrderBy(t => t.State.IsTerminal()).ThenBy(t => t.CreatedAt).Take(8).ToList();
        if (placed.Count > 0)
            Report(placed[a % placed.Count].Id, Said[b % Said.Length]);
    }

    /// <summary>Lets time go by, with the workers that are up heard all the time.</summary>
    public void Advance(TimeSpan by)
    {
        for (var end = Now + by; Now < end;)
        {
            var left = end - Now;
            Now += left < TimeSpan.FromSeconds(10) ? left : TimeSpan.FromSeconds(10);
            foreach (var worker in State.Workers.Keys.Where(w => !_silent.Contains(w)).ToArray())
                Worker(new WorkerHeartbeat(worker, Guid.Empty));
        }
    }

    /// <summary>Lets time go by in one turn, with nobody heard.</summary>
    public void Jump(TimeSpan by)
    {
        Now += by;
        Turn();
    }

    /// <summary>A worker is not heard any more.</summary>
    public void Silence(WorkerId worker) => _silent.Add(worker);

    public void Turn(LoopInput? input = null)
    {
        Machine.Begin(Now);
        if (input is not null)
            Machine.Apply(input);
        var result = Machine.End();
        Commit(result.Changes.ToStoreChanges());
        Effects = result.Effects;
    }

    public static WorkerId Id(int n) => new($"w{n}");

    private void Worker(object message) => Turn(new WorkerInput(message, null!)); // Nothing acknowledges it here.

    private void Commit(StoreChanges changes)
    {
        Apply(_tasks, changes.Tasks, t => t.Id, changes.DeletedTasks);
        Apply(_configurations, changes.Configurations, c => c.Id, changes.DeletedConfigurations);
        Apply(_jobs, changes.Jobs, j => j.Key, changes.DeletedJobs);
        Apply(_workers, changes.Workers, w => w.Id, changes.DeletedWorkers);
        Apply(_updates, changes.Updates, u => u.Id, changes.DeletedUpdates);
        Apply(_replies, changes.Replies, r => r.CommandId, changes.DeletedReplies);
        Apply(_quotas, changes.Quotas, q => q.Role, changes.DeletedQuotas);
        Apply(_reservations, changes.Reservations, r => r.Worker, changes.DeletedReservations);
    }

    private static void Apply<TKey, TRow>(Dictionary<TKey, TRow> rows, IReadOnlyList<TRow> written, Func<TRow, TKey> key, IReadOnlyList<TKey> deleted)
        where TKey : notnull
    {
        foreach (var row in written)
            rows[key(row)] = row;
        foreach (var gone in deleted)
            rows.Remove(gone);
    }
}
