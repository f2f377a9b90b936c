using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Simulation.Bus;
using Aurora.Simulation.Engine;

namespace Aurora.Simulation.Workers;

/// <summary>
/// A worker's agent, following the contract of <c>Aurora.Worker</c>: what it takes is on disk before it is acknowledged, an order for a task that it has or had only makes
/// it report again, and an end is said until the broker has stored it. It adopts what an earlier agent left.
/// </summary>
internal sealed class SimulatedAgent
{
    private readonly World _world;
    private readonly SimulatedWorker _worker;
    private readonly Chance _chance;
    private readonly Life _life;
    private readonly AgentVoice _voice;
    private readonly AgentFence _fence;

    public SimulatedAgent(World world, SimulatedWorker worker, Life boot, Chance chance)
    {
        (_world, _worker, _chance, _life) = (world, worker, chance, new Life(boot));
        Session = chance.Id();
        _voice = new AgentVoice(world, worker, _life, Session, [.. worker.Sessions.Take(8)]);
        worker.Sessions.Insert(0, Session);
        _fence = _voice.Fence = new AgentFence(world, worker, _life, _voice.IsReported, Begin, (task, reason) => EndUnheard(task, reason));
    }

    public Guid Session { get; }

    public Life Life => _life;

    public bool IsQuiet => _voice.IsQuiet;

    public void Start()
    {
        foreach (var task in _worker.Disk.Values.Where(t => !t.IsRecorded && !t.IsOver))
            Adopt(task);
        _voice.WantHello();
        After(_world.Scenario.HeartbeatInterval, Beat);
    }

    public void Consume() => _worker.Link.Consume(_world.Bus.Worker(_worker.Id), 500, Take);

    /// <summary>A process ended.</summary>
    public void Exited(TaskOnDisk task)
    {
        if (task.IsOver)
            return;
        if (task.EndAsked is { } asked)
            Come(task, asked.Outcome, asked.Reason);
        else
            Come(task, task.Succeeded == true ? TaskState.Finished : TaskState.Failed, task.Succeeded == true ? null : "the process failed");
    }

    private void Beat()
    {
        _voice.HeartbeatDue();
        After(_world.Scenario.HeartbeatInterval, Beat);
    }

    private void Take(SimulatedDelivery delivery)
    {
        switch (delivery.Content)
        {
            case LaunchTask launch:
                Launch(launch);
                delivery.Ack();
                break;
            case KillTask kill:
                Kill(kill, delivery);
                break;
            case EndsRecorded ends:
                Forget(ends);
                delivery.Ack();
                break;
            case SendHello:
                _voice.WantHello();
                delivery.Ack();
                break;
            case HeartbeatHeard heard:
                if (heard.Session == Session)
                    _fence.Heard(heard.Number);
                delivery.Ack();
                break;
            default:
                delivery.Ack();
                break;
        }
    }

    private void Launch(LaunchTask launch)
    {
        if (_world.Defects.HasFlag(WorkerDefects.RunsAgain) && _worker.Disk.GetValueOrDefault(launch.TaskId) is { IsOver: true })
            _worker.Disk.Remove(launch.TaskId);
        if (!_worker.Disk.TryGetValue(launch.TaskId, out var task))
        {
            task = new TaskOnDisk(launch, _worker.BootId);
            _worker.Disk.Add(task.Id, task);
            Come(task, TaskState.Starting, null);
            _fence.Watch(task, isNew: true);
            Prepare(task);
        }

        _voice.Changed(task);
    }

    private void Kill(KillTask kill, SimulatedDelivery delivery)
    {
        if (!_worker.Disk.TryGetValue(kill.TaskId, out var task))
        {
            _voice.Say(new TaskReport(kill.TaskId, TaskState.Lost, _world.Timeline.Now, "the worker does not know the task", []), delivery.Ack);
            return;
        }

        _world.Referee.Ordered(_worker, task, kill);
        AskToEnd(task, TaskState.Killed, kill.Reason);
        delivery.Ack();
        if (task.IsOver || _world.Defects.HasFlag(WorkerDefects.AnswersKills))
            _voice.Changed(task); // Who asks has not heard of it.
    }

    private void EndUnheard(TaskOnDisk task, string reason)
    {
        if (!_world.Defects.HasFlag(WorkerDefects.IgnoresFence))
            AskToEnd(task, TaskState.Lost, reason);
    }

    private void AskToEnd(TaskOnDisk task, TaskState outcome, string reason)
    {
        if (task.IsOver || task.EndAsked is not null)
            return;
        task.EndAsked = (outcome, reason);
        End(task);
    }

    private void Forget(EndsRecorded ends)
    {
        foreach (var id in ends.Tasks)
        {
            if (_worker.Disk.TryGetValue(id, out var task) && task.IsOver)
                task.IsRecorded = true;
            if (_world.Defects.HasFlag(WorkerDefects.Forgets) && task is { IsRecorded: true })
                _worker.Disk.Remove(id);
        }
    }

    private void Adopt(TaskOnDisk task)
    {
        _fence.Watch(task, isNew: false);
        if (task.Boot != _worker.BootId)
            Come(task, TaskState.Lost, "the worker's machine was restarted");
        else if (task.Succeeded is not null)
            Exited(task);
        else if (task.EndAsked is not null)
            End(task);
        else if (task.Starts == 0)
            Prepare(task);
        else if (task.State == TaskState.Starting)
            Come(task, TaskState.Running, null);
    }

    private void Prepare(TaskOnDisk task) => After(_chance.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(300)), () => Begin(task));

    private void Begin(TaskOnDisk task)
    {
        if (task.IsOver || task.EndAsked is not null || task.Starts > 0 || !(_fence.MayBegin(task.Id) || _world.Defects.HasFlag(WorkerDefects.IgnoresFence)))
            return;
        _worker.StartProcess(task);
        After(_world.Play.TimeUntilHealthy(task.Order, _chance), () =>
        {
            if (task.State == TaskState.Starting && task.EndAsked is null && task.IsAlive)
                Come(task, TaskState.Running, null);
        });
    }

    private void End(TaskOnDisk task) => After(_chance.Between(TimeSpan.Zero, TimeSpan.FromSeconds(_chance.Happens(0.2) ? 12 : 1)), () =>
    {
        if (task.IsAlive)
            _worker.EndProcess(task);
        else if (!task.IsOver)
            Come(task, task.EndAsked!.Value.Outcome, task.EndAsked.Value.Reason); // Asked for before.
    });

    private void Come(TaskOnDisk task, TaskState state, string? message)
    {
        task.Changes.Add(new StateChange(state, _world.Timeline.Now, message));
        _world.Trace.Say($"{_worker.Id,-10} {Short.Of(task.Id)} is {state}");
        _voice.Changed(task);
    }

    private void After(TimeSpan delay, Action action) => _world.Timeline.After(delay, _life, action);
}
