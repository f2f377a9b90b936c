using Aurora.Broker.Scheduling;
using Aurora.Broker.FrontDoor;
using Aurora.Broker.State;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;

namespace Aurora.Broker.Tests.Maintenance;

/// <summary>A machine with workers that do what the test says, and whose silence means nothing. Time is the test's.</summary>
internal sealed class DrainWorld
{
    private readonly StoredRows _rows = new();
    private readonly TurnOptions _options;

    public DrainWorld(Func<TurnOptions, TurnOptions>? with = null)
    {
        var options = new TurnOptions
        {
            ClusterName = Some.Cluster, BrokerName = "b", Version = "1", BaseUrl = () => "", WorkerLostAfter = TimeSpan.FromDays(365), Timeouts = new TimeoutOptions { Transient = TimeSpan.FromDays(365) },
            DefaultQuota = new QuotaAmount(1e9, 1L << 60, 1L << 60),
        };
        _options = with?.Invoke(options) ?? options;
        Crash();
    }

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public BrokerMachine Machine { get; private set; } = null!; // Made by Crash.

    /// <summary>Everything that the machine wanted done since <see cref="Forget"/>.</summary>
    public List<Effect> Effects { get; } = [];

    /// <summary>Looks at the state after each turn.</summary>
    public Action<DrainWorld>? AfterTurn { get; set; }

    public IEnumerable<TaskRecord> Active => Machine.State.Tasks.Values.Where(t => t.State.IsActive());

    public IEnumerable<TaskRecord> Ending => Machine.State.Tasks.Values.Where(t => t.State == TaskState.Draining);

    public IEnumerable<AskCoordinator> Questions => Effects.OfType<AskCoordinator>();

    public static JobConfiguration Service(string name = "web", int instances = 20, SlaPolicyConfiguration? policy = null, string? tier = "preferred", double cpu = 0.01) =>
        Some.Job(name, instances, service: true, cpu: cpu) with { Tier = tier, SlaPolicy = policy };

    public static SlaPolicyConfiguration Percent(double percentage, int duration = 0) => new() { Percentage = percentage, DurationSecs = duration };

    public static SlaPolicyConfiguration Count(int count, int duration = 0) => new() { Count = count, DurationSecs = duration };

    public static SlaPolicyConfiguration Coordinator(string url = "http://coordinator/") => new() { CoordinatorUrl = url };

    public MaintenanceMode Mode(string worker) => Machine.State.Workers[new WorkerId(worker)].Record.Mode;

    public IEnumerable<TaskRecord> On(string worker) => Active.Where(t => t.Worker?.Value == worker && t.State.IsOnWorker());

    public void Hello(string worker, string? host = null, double cpu = 8, bool draining = false, params TaskReport[] tasks) => Turn(new WorkerInput(
        new WorkerHello(new WorkerId(worker), Guid.Empty, host ?? worker, "1", Some.Grant(cpu, 8L << 30, 8L << 30), new Dictionary<string, string>(), tasks) { Draining = draining }, null!)); // Nothing acknowledges it here.

    /// <summary>The worker comes again with everything that it should have.</summary>
    public void HelloAgain(string worker) =>
        Hello(worker, tasks: [.. On(worker).Where(t => t.State is TaskState.Running or TaskState.Draining).Select(t => FakeWorker.Report(t.Id, TaskState.Running))]);

    public Reply Send(ICommand command)
    {
        Turn(new CommandInput(new CallRequest(command.CommandId), command, "digest",
            ((command as CreateJob)?.Job ?? (command as StartUpdate)?.Job) is { } job ? TaskFingerprint.Of(job) : null, null));
        return Effects.OfType<Answered>().Last().Answer.ToReply();
    }

    public Answer Ask(ICommand command)
    {
        Send(command);
        return Effects.OfType<Answered>().Last().Answer;
    }

    public Reply Drain(SlaPolicyConfiguration? policy, int? timeout, params string[] workers) => Send(new DrainWorkers(Guid.NewGuid(), "op", workers, policy, timeout, "new disks"));

    public Reply Drain(params string[] workers) => Drain(null, null, workers);

    public Reply Activate(params string[] workers) => Send(new ActivateWorkers(Guid.NewGuid(), "op", workers));

    /// <summary>A job whose tasks run.</summary>
    public void Run(JobConfiguration job)
    {
        Assert.Equal(ReplyCode.Ok, Send(new CreateJob(Guid.NewGuid(), "ann", job)).Code);
        StartPlaced();
    }

    /// <summary>Whatever was placed runs now.</summary>
    public void StartPlaced()
    {
        foreach (var task in Active.Where(t => t.State is TaskState.Assigned or TaskState.Starting).ToArray())
            Report(task, TaskState.Running);
    }

    /// <summary>The workers end what they were told to end, and what takes its place runs.</summary>
    public void EndAndStart()
    {
        End();
        StartPlaced();
    }

    public void End()
    {
        foreach (var task in Ending.ToArray())
            Report(task, TaskState.Killed);
    }

    public void Report(TaskRecord task, TaskState state) => Turn(new WorkerInput(new TasksReported(task.Worker!.Value, Guid.Empty, [FakeWorker.Report(task.Id, state)]), null!));

    public void Answer(AskCoordinator question, bool allowed) => Turn(new CoordinatorAnswered(question.Request, allowed));

    public void Advance(TimeSpan by)
    {
        Now += by;
        Turn(null);
    }

    public void Advance(double seconds) => Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>The leader's memory is gone.</summary>
    public void Crash() => Machine = new BrokerMachine(BrokerState.Load(_rows.State, Now, _options.Tiers), _options, Now);

    public void Forget() => Effects.Clear();

    public void Turn(LoopInput? input)
    {
        Machine.Begin(Now);
        if (input is not null)
            Machine.Apply(input);
        var result = Machine.End();
        _rows.Commit(result.Changes.ToStoreChanges());
        Effects.AddRange(result.Effects);
        AfterTurn?.Invoke(this);
    }
}
