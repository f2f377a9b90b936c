using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Simulation.Bus;
using Aurora.Simulation.Engine;
using Aurora.Simulation.Faults;

namespace Aurora.Simulation.Clients;

/// <summary>Asks for what people ask for, at random, and asks again with the same command id until it is answered; sometimes also after that.</summary>
internal sealed class SimulatedClient
{
    private readonly World _world;
    private readonly Chance _chance;
    private readonly BusLink _link;
    private readonly List<Errand> _errands = [];

    public SimulatedClient(World world, Chance chance)
    {
        (_world, _chance) = (world, chance);
        _link = world.Bus.Open("client");
        _link.TryConnect();
    }

    public IReadOnlyList<Errand> Errands => _errands;

    public void Start()
    {
        foreach (var role in JobShape.Roles)
            Do(Grant(role));
        foreach (var shape in _world.Jobs)
            _world.Timeline.After(_chance.Between(TimeSpan.Zero, TimeSpan.FromSeconds(10)), _world.Life, () => Do(Create(shape)));
        NextErrand();
    }

    /// <summary>Ends maintenance wherever there is any, once what was asked before is answered.</summary>
    public void EndMaintenance()
    {
        if (_errands.Any(e => e.Answer is null))
            return;
        foreach (var worker in _world.Store.Workers.Values.Where(w => w.Mode != MaintenanceMode.None))
            Do(new ActivateWorkers(_chance.Id(), "ann", [worker.Id.Value]));
    }

    private void NextErrand() => _world.Timeline.After(_world.Scenario.CommandInterval * (0.2 + (_chance.Real() * 1.6)), _world.Life, () =>
    {
        if (_world.IsCalm)
            return;
        Do(Draw(_chance.Pick(_world.Jobs)));
        NextErrand();
    });

    private ICommand Draw(JobShape shape)
    {
        var kind = _chance.Below(14);
        if (kind < 3)
            return Create(shape);
        if (kind < 5)
            return Kill(shape);
        if (shape.IsService && kind < 9)
            return new StartUpdate(_chance.Id(), "ann", _chance.Pick(shape.Versions), _chance.Happens(0.8) ? null : [0], null);
        if (kind >= 10)
            return DrawOfOperators(kind);
        return _world.Scenario.Has(FaultKinds.ImpatientClients) ? new AbortUpdate(_chance.Id(), "ann", shape.Key, null) : Kill(shape);
    }

    private ICommand DrawOfOperators(int kind)
    {
        var worker = _chance.Pick(_world.Workers).Id.Value;
        return kind switch
        {
            10 => new GetTasks(_chance.Id(), "ann", null, null, null, null, null, true, null, 100),
            11 when _chance.Happens(0.5) => Grant(_chance.Pick(JobShape.Roles)),
            11 => new DeactivateWorkers(_chance.Id(), "ann", [worker], null),
            12 => Drain(worker),
            _ => new ActivateWorkers(_chance.Id(), "ann", [worker]),
        };
    }

    private DrainWorkers Drain(string worker) => new(_chance.Id(), "ann", [worker], _chance.Pick(
        [null, new SlaPolicyConfiguration { Percentage = 80, DurationSecs = 5 }, new SlaPolicyConfiguration { Count = 1, DurationSecs = 0 }]), _chance.Pick<int?>([0, 5, 30, 120, null]), null);

    private SetQuota Grant(string role) => new(_chance.Id(), "ann", role, new QuotaAmount(_chance.Pick([0, 2, 8, 40, 40]), 1L << 40, 1L << 40));

    private CreateJob Create(JobShape shape) => new(_chance.Id(), "ann", _chance.Pick(shape.Versions));

    private KillTasks Kill(JobShape shape) => new(_chance.Id(), "ann", shape.Key, _chance.Happens(0.5) ? null : [_chance.Below(3)], null);

    private void Do(ICommand command)
    {
        var errand = new Errand(command, _world.Timeline.Now);
        _errands.Add(errand);
        Send(errand);
    }

    private void Send(Errand errand)
    {
        errand.Sendings++;
        _world.Trace.Say($"client     {Text(errand.Command)}{(errand.Sendings > 1 ? " again" : "")}");
        _link.Publish(_world.Bus.Commands, _world.Bus.Seal(errand.Command.CommandId, errand.Command, reply => Hear(errand, reply)), _ => { });
        _world.Timeline.After(_chance.Between(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(20)), _world.Life, () =>
        {
            if (errand.Answer is null)
                Send(errand);
        });
    }

    private void Hear(Errand errand, Reply reply)
    {
        if (reply.Code == ReplyCode.ErrorTransient)
            return;
        _world.Referee.Heard(errand, reply);
        if (errand.Answer is not null)
            return;
        (errand.Answer, errand.AnsweredAt) = (reply, _world.Timeline.Now);
        _world.Trace.Say($"client     is answered {reply.Code}: {reply.Message}");
        if (_world.Scenario.Has(FaultKinds.ImpatientClients) && _chance.Happens(0.3))
            _world.Timeline.After(_chance.Between(TimeSpan.Zero, TimeSpan.FromSeconds(60)), _world.Life, () => Send(errand));
    }

    private static string Text(ICommand command) => command switch
    {
        CreateJob create => $"creates {create.Job.Name} with {create.Job.Instances} of {create.Job.Task.Processes[0].Cmdline}",
        KillTasks kill => $"kills {kill.Job.Name} {(kill.Instances is null ? "" : InstanceRanges.Format([.. kill.Instances]))}",
        StartUpdate update => $"updates {update.Job.Name} to {update.Job.Instances} of {update.Job.Task.Processes[0].Cmdline}",
        DrainWorkers drain => $"drains {drain.Workers[0]} within {drain.TimeoutSecs} s",
        DeactivateWorkers deactivate => $"deactivates {deactivate.Workers[0]}",
        ActivateWorkers activate => $"activates {activate.Workers[0]}",
        SetQuota set => $"grants {set.Role} {set.Quota.Cpu} cores",
        AbortUpdate abort => $"aborts the update of {abort.Job.Name}",
        _ => command.GetType().Name,
    };
}
