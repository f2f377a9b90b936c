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
        foreach (var shape in _world.Jobs)
            _world.Timeline.After(_chance.Between(TimeSpan.Zero, TimeSpan.FromSeconds(10)), _world.Life, () => Do(Create(shape)));
        NextErrand();
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
        var kind = _chance.Below(10);
        if (kind < 3)
            return Create(shape);
        if (kind < 5)
            return Kill(shape);
        if (shape.IsService && kind < 9)
            return new StartUpdate(_chance.Id(), "ann", _chance.Pick(shape.Versions), _chance.Happens(0.8) ? null : [0], null);
        return _world.Scenario.Has(FaultKinds.ImpatientClients) ? new AbortUpdate(_chance.Id(), "ann", shape.Key, null) : Kill(shape);
    }

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
        AbortUpdate abort => $"aborts the update of {abort.Job.Name}",
        _ => command.GetType().Name,
    };
}
