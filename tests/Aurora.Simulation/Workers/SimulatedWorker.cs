using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Simulation.Bus;
using Aurora.Simulation.Engine;

namespace Aurora.Simulation.Workers;

/// <summary>A machine with a disk, processes, and an agent that comes and goes.</summary>
internal sealed class SimulatedWorker
{
    private readonly World _world;
    private readonly Chance _chance;
    private Life _boot = new();

    public SimulatedWorker(WorkerId id, World world, Chance chance)
    {
        (Id, _world, _chance) = (id, world, chance);
        Link = world.Bus.Open(id.Value);
        Link.Reconnected = () => Agent?.Consume();
        Total = new ResourceGrant { Cpu = chance.Between(2, 12), Ram = 64L << 30, Disk = 64L << 30 };
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = id.Value, ["rack"] = $"r{chance.Below(3)}" };
        if (chance.Happens(0.1))
            attributes["dedicated"] = $"{chance.Pick(Clients.JobShape.Roles)}/db";
        Attributes = attributes;
        PortCount = chance.Happens(0.5) ? chance.Between(2, 8) : null;
    }

    public WorkerId Id { get; }

    public BusLink Link { get; }

    public ResourceGrant Total { get; }

    public IReadOnlyDictionary<string, string> Attributes { get; }

    public int? PortCount { get; }

    public Dictionary<TaskId, TaskOnDisk> Disk { get; } = [];

    public Guid BootId { get; private set; }

    /// <summary>The sessions of its agents, the last one first; on disk.</summary>
    public List<Guid> Sessions { get; } = [];

    /// <summary>When the last heartbeat was sent that a leader answered, in this boot; on disk.</summary>
    public DateTimeOffset? Contact { get; set; }

    /// <summary>Null while it is down.</summary>
    public SimulatedAgent? Agent { get; private set; }

    /// <summary>Went away and does not come back.</summary>
    public bool IsGone { get; private set; }

    /// <summary>When something last hindered it in talking to the broker, or until when it will.</summary>
    public DateTimeOffset TroubledUntil { get; private set; }

    public void Boot()
    {
        if (IsGone)
            return;
        _boot = new Life();
        (BootId, Contact) = (_chance.Id(), null);
        StartAgent();
    }

    public void StartAgent()
    {
        if (IsGone || _boot.IsOver || Agent is not null)
            return;
        Agent = new SimulatedAgent(_world, this, _boot, _chance);
        _world.Trace.Say($"{Id,-10} agent starts, {Disk.Count(d => !d.Value.IsRecorded)} tasks on disk");
        Link.Owner = Agent.Life;
        Agent.Start();
        if (Link.IsUp)
            Agent.Consume();
        else
            Link.TryConnect();
    }

    /// <summary>The agent dies; processes go on.</summary>
    public void CrashAgent(TimeSpan downtime)
    {
        _world.Trace.Say($"{Id,-10} agent dies for {downtime.TotalSeconds:0.0} s");
        Trouble(downtime);
        StopAgent();
        _world.Timeline.After(downtime, _boot, StartAgent);
    }

    /// <summary>The machine is restarted.</summary>
    public void Reboot(TimeSpan downtime)
    {
        _world.Trace.Say($"{Id,-10} reboots for {downtime.TotalSeconds:0.0} s");
        Trouble(downtime);
        Stop();
        _world.Timeline.After(downtime, _world.Life, Boot);
    }

    /// <summary>The machine goes away for good.</summary>
    public void Leave()
    {
        _world.Trace.Say($"{Id,-10} is gone for good");
        IsGone = true;
        Trouble(TimeSpan.Zero);
        Stop();
    }

    /// <summary>Notes that something hinders it for a time.</summary>
    public void Trouble(TimeSpan duration)
    {
        var until = _world.Timeline.Now + duration;
        if (until > TroubledUntil)
            TroubledUntil = until;
    }

    public void StartProcess(TaskOnDisk task)
    {
        task.Starts++;
        task.IsAlive = true;
        _world.Trace.Say($"{Id,-10} starts a process for {Short.Of(task.Id)}");
        _world.Referee.Started(this, task);
        if (_world.Play.RunTime(task.Order, _chance, out var succeeds) is { } time)
            _world.Timeline.After(time, _boot, () => Exit(task, succeeds));
    }

    public void EndProcess(TaskOnDisk task) => Exit(task, false);

    private void Exit(TaskOnDisk task, bool succeeded)
    {
        if (!task.IsAlive)
            return;
        (task.IsAlive, task.Succeeded) = (false, succeeded);
        Agent?.Exited(task);
    }

    private void Stop()
    {
        _boot.End();
        StopAgent();
        foreach (var task in Disk.Values)
            task.IsAlive = false;
    }

    private void StopAgent()
    {
        Agent?.Life.End();
        Agent = null;
        Link.Break();
    }
}
