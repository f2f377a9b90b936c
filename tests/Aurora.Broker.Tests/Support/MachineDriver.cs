using Aurora.Broker.FrontDoor;
using Aurora.Broker.Scheduling;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.Tests.Support;

/// <summary>A broker machine without store and bus: every input is a turn of its own, and time stands still unless the test moves it.</summary>
internal sealed class MachineDriver
{
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public MachineDriver(PlacementOptions? placement = null, SchedulingRules? rules = null) => Machine = new BrokerMachine(
        BrokerState.Load(new StoredState { Tasks = [], Configurations = [], Jobs = [], Workers = [], Updates = [], Replies = [] }, _now),
        new TurnOptions { ClusterName = Some.Cluster, BrokerName = "b", Version = "1", BaseUrl = () => "", Placement = placement ?? new(), Rules = rules ?? new(), WorkerLostAfter = TimeSpan.FromDays(1) },
        _now);

    public BrokerMachine Machine { get; }

    public BrokerState State => Machine.State;

    public IReadOnlyList<Effect> LastEffects { get; private set; } = [];

    public DateTimeOffset Now => _now;

    /// <summary>Runs a turn, and those that it leaves to do.</summary>
    public void Turn(params LoopInput[] inputs)
    {
        OneTurn(inputs);
        while (Machine.HasMore)
            OneTurn();
    }

    public void OneTurn(params LoopInput[] inputs)
    {
        Machine.Begin(_now);
        foreach (var input in inputs)
            Machine.Apply(input);
        LastEffects = Machine.End().Effects;
    }

    public void Advance(TimeSpan by)
    {
        _now += by;
        Turn();
    }

    public void Create(JobConfiguration job) => Turn(CreateInput(job));

    public static CommandInput CreateInput(JobConfiguration job)
    {
        var command = new CreateJob(Guid.NewGuid(), "ann", job);
        return new CommandInput(new CallRequest(command.CommandId), command, "digest", TaskFingerprint.Of(job), null);
    }

    public void Hello(string id, double cpu = 8, string attributes = "", int gpus = 0, int? ports = null) => Turn(HelloInput(id, cpu, attributes, gpus, ports));

    public static WorkerInput HelloInput(string id, double cpu = 8, string attributes = "", int gpus = 0, int? ports = null) => Heard(new WorkerHello(
        new WorkerId(id), Guid.Empty, $"{id}.example.org", "1", new ResourceGrant { Cpu = cpu, Ram = 64L << 30, Disk = 64L << 30, Gpu = gpus }, SomeWorkers.Attributes(attributes), [])
    { PortCount = ports });

    /// <summary>A worker's mode, as maintenance sets it. A drain leaves its tasks alone for a day.</summary>
    public void SetMode(string id, MaintenanceMode mode)
    {
        var drain = new DrainRequest("ann", _now, _now + TimeSpan.FromDays(1), new SlaPolicyConfiguration { Percentage = 100, DurationSecs = 0 }, null);
        Machine.Begin(_now);
        State.PutWorker(State.Workers[new WorkerId(id)].Record with { Mode = mode, Drain = mode == MaintenanceMode.Draining ? drain : null }, _now);
        Machine.End();
        Turn();
    }

    public void Report(TaskRecord task, TaskState state) => Turn(Heard(new TasksReported(task.Worker!.Value, Guid.Empty, [FakeWorker.Report(task.Id, state)])));

    public IReadOnlyList<TaskRecord> Tasks(JobConfiguration job, TaskState? state = null) =>
        [.. State.Tasks.Values.Where(t => t.Job == job.Key && (state is null || t.State == state)).OrderBy(t => t.Instance)];

    /// <summary>The workers of a job's tasks that have one, in the order of instances.</summary>
    public string WorkersOf(JobConfiguration job) =>
        string.Join(' ', Tasks(job).Where(t => t.State.IsOnWorker()).Select(t => t.Worker!.Value.Value));

    public string? WhyPending(JobConfiguration job)
    {
        var query = new GetTasks(Guid.NewGuid(), "ann", job.Role, job.Environment, job.Name, null, null, false, null, 1000);
        OneTurn(new CommandInput(new CallRequest(query.CommandId), query, "digest", null, null));
        var page = (TaskPage)LastEffects.OfType<Answered>().Single().Answer.Result!;
        return page.Tasks.FirstOrDefault(t => t.State == TaskState.Pending)?.PendingReason;
    }

    private static WorkerInput Heard(object message) => new(message, null!); // Nothing acknowledges it here.
}
