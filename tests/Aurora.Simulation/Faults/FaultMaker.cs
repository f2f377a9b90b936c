using Aurora.Simulation.Bus;
using Aurora.Simulation.Engine;
using Aurora.Simulation.Workers;

namespace Aurora.Simulation.Faults;

/// <summary>Makes the faults of machines and connections at random times, and mends them. Those of messages and commits are made where messages and commits are.</summary>
internal sealed class FaultMaker(World world, Chance chance)
{
    private const FaultKinds OfMachines = FaultKinds.BrokerCrash | FaultKinds.BrokerPause | FaultKinds.StoreCut | FaultKinds.AgentCrash | FaultKinds.Reboot
        | FaultKinds.WorkerGone | FaultKinds.Partition | FaultKinds.OneWayPartition | FaultKinds.BusOutage | FaultKinds.BusWipe | FaultKinds.ConnectionLoss
        | FaultKinds.ClockJump;

    private readonly FaultKinds[] _kinds =
        [.. Enum.GetValues<FaultKinds>().Where(k => k is not (FaultKinds.None or FaultKinds.All) && (OfMachines & world.Scenario.Faults & k) != 0)];

    public void Start()
    {
        if (_kinds.Length > 0)
            Next();
    }

    /// <summary>Mends whatever is broken.</summary>
    public void Calm()
    {
        world.Bus.Calm();
        world.Bus.IsAvailable = true;
        foreach (var broker in world.Brokers)
            (broker.Store.IsCut, broker.Store.IsCalm) = (false, true);
        foreach (var link in world.Bus.Links)
            Mend(link);
    }

    private void Next() => world.Timeline.After(world.Scenario.FaultInterval * -Math.Log(1 - chance.Real()), world.Life, () =>
    {
        if (world.IsCalm)
            return;
        Make(chance.Pick(_kinds));
        Next();
    });

    private void Make(FaultKinds kind)
    {
        var broker = chance.Pick(world.Brokers);
        var worker = chance.Pick(world.Workers);
        switch (kind)
        {
            case FaultKinds.BrokerCrash when broker.IsUp:
                broker.Crash(Lasting(0.05, 20));
                break;
            case FaultKinds.BrokerPause:
                broker.Pause(Lasting(0.5, 40));
                break;
            case FaultKinds.StoreCut:
                CutStore(chance.Pick(world.Brokers), Lasting(0.2, 20));
                break;
            case FaultKinds.AgentCrash when worker.Agent is not null:
                worker.CrashAgent(Lasting(0.05, 40));
                break;
            case FaultKinds.Reboot when worker.Agent is not null:
                worker.Reboot(Lasting(1, 60));
                break;
            case FaultKinds.WorkerGone when chance.Happens(0.2) && world.Workers.Count(w => !w.IsGone) > 1:
                worker.Leave();
                break;
            case FaultKinds.Partition:
                Cut(worker, up: true, down: true, Lasting(0.5, 90));
                break;
            case FaultKinds.OneWayPartition:
                var isUp = chance.Happens(0.5);
                Cut(worker, isUp, !isUp, Lasting(0.5, 90));
                break;
            case FaultKinds.BusOutage:
                StopBus(Lasting(0.1, 30), wipe: false);
                break;
            case FaultKinds.BusWipe when chance.Happens(0.5):
                StopBus(Lasting(0.1, 30), wipe: true);
                break;
            case FaultKinds.ConnectionLoss:
                Break(chance.Pick(world.Bus.Links), Lasting(0.05, 3));
                break;
            case FaultKinds.ClockJump when chance.Happens(0.3):
                Jump(chance.Happens(0.2) ? world.DatabaseClock : broker.Clock, Lasting(1, 600));
                break;
        }
    }

    private void CutStore(Brokers.SimulatedBroker broker, TimeSpan duration)
    {
        world.Trace.Say($"fault      {broker.Name} cannot reach the database for {duration.TotalSeconds:0.0} s");
        world.Trouble(duration);
        broker.Store.IsCut = true;
        world.Timeline.After(duration, world.Life, () => broker.Store.IsCut = false);
    }

    private void Cut(SimulatedWorker worker, bool up, bool down, TimeSpan duration)
    {
        world.Trace.Say($"fault      {worker.Id} is cut off{(up && down ? "" : up ? " (nothing goes out)" : " (nothing comes in)")} for {duration.TotalSeconds:0.0} s");
        worker.Trouble(duration);
        worker.Link.Cut(up, down);
        // What notices is the heartbeat of the connection.
        world.Timeline.After(Lasting(2, 20), world.Life, () =>
        {
            if (worker.Link.IsCut && worker.Link.IsUp)
                worker.Link.Break();
        });
        world.Timeline.After(duration, world.Life, () => Mend(worker.Link));
    }

    private void Mend(BusLink link)
    {
        link.Mend();
        world.Timeline.After(Lasting(0.01, 3), world.Life, link.TryConnect);
    }

    private void StopBus(TimeSpan duration, bool wipe)
    {
        world.Trace.Say($"fault      the bus is away for {duration.TotalSeconds:0.0} s{(wipe ? " and loses its queues" : "")}");
        world.TroubleReach(duration);
        world.Bus.IsAvailable = false;
        if (wipe)
            world.Bus.Wipe();
        foreach (var link in world.Bus.Links)
            link.Break();
        world.Timeline.After(duration, world.Life, () =>
        {
            world.Bus.IsAvailable = true;
            foreach (var link in world.Bus.Links)
                world.Timeline.After(Lasting(0.01, 3), world.Life, link.TryConnect);
        });
    }

    private void Break(BusLink link, TimeSpan duration)
    {
        world.Trace.Say($"fault      the connection of {link.Name} breaks");
        world.TroubleReach(duration);
        link.Break();
        world.Timeline.After(duration, world.Life, link.TryConnect);
    }

    private void Jump(MachineClock clock, TimeSpan by)
    {
        world.Trace.Say($"fault      {(clock == world.DatabaseClock ? "the database's" : "a broker's")} clock jumps by {by.TotalSeconds:0.0} s");
        world.Trouble(TimeSpan.Zero);
        clock.Ahead += by;
    }

    // Short ones are as frequent as long ones.
    private TimeSpan Lasting(double leastSecs, double mostSecs) => TimeSpan.FromSeconds(leastSecs * Math.Pow(mostSecs / leastSecs, chance.Real()));
}
