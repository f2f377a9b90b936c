using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Messages;
using Aurora.Simulation.Brokers;
using Aurora.Simulation.Clients;
using Aurora.Simulation.Workers;

namespace Aurora.Simulation.Invariants;

/// <summary>Has every invariant look at whatever happens.</summary>
internal sealed class Referee
{
    private readonly Invariant[] _invariants;

    public Referee(World world)
    {
        _invariants =
        [
            new TerminalStays(world), new OneActiveAttempt(world), new LegalSteps(world), new NoOvercommit(world), new NoInstanceForgotten(world),
            new NothingDeletedTooSoon(world), new LegalUpdates(world), new AnsweredAfterCommit(world), new OneAnswerPerCommand(world),
            new EndsRecordedAfterCommit(world), new LaunchesAreStored(world), new PendingSaysWhy(world), new MemoryIsStore(world), new OneStartPerTask(world),
            new KillsAreWanted(world), new ZombiesEnd(world), new ChatterIsBounded(world), new PlacedRight(world),
            new MaintenanceSteps(world), new FencedRunAlone(world), new SlaKept(world), new QuotaKept(world),
        ];
        world.Store.Writing = changes => Each(i => i.Writing(changes));
        world.Store.Written = changes => Each(i => i.Written(changes));
    }

    public void Stepped(SimulatedBroker broker, BrokerMachine machine) => Each(i => i.Stepped(broker, machine));

    public void Leaving(SimulatedBroker broker, Effect effect) => Each(i => i.Leaving(broker, effect));

    public void Started(SimulatedWorker worker, TaskOnDisk task) => Each(i => i.Started(worker, task));

    public void Ordered(SimulatedWorker worker, TaskOnDisk task, KillTask kill) => Each(i => i.Ordered(worker, task, kill));

    public void Heard(Errand errand, Reply reply) => Each(i => i.Heard(errand, reply));

    public void Ticked() => Each(i => i.Ticked());

    private void Each(Action<Invariant> look)
    {
        foreach (var invariant in _invariants)
            look(invariant);
    }
}
