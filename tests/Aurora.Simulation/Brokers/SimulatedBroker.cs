using Aurora.Broker.Leadership;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Simulation.Bus;
using Aurora.Simulation.Engine;
using Aurora.Simulation.Store;

namespace Aurora.Simulation.Brokers;

/// <summary>A broker's process: a candidate that leads when it can, in the steps of the product's, over virtual time.</summary>
internal sealed class SimulatedBroker
{
    private static readonly LeaseOptions Options = new();
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly World _world;
    private readonly Chance _chance;
    private Life _process = new();
    private DateTimeOffset _renewedAt;

    public SimulatedBroker(string name, World world, Chance chance)
    {
        (Name, _world, _chance) = (name, world, chance);
        Link = world.Bus.Open(name);
        Link.Reconnected = () => Term?.Consume();
        Store = new StoreLink(world.Database, world.Timeline, chance.Fork(), world.Scenario, world.Trace);
        Clock = new MachineClock(world.Timeline);
        _process.End(); // Until it is started.
    }

    public string Name { get; }

    public BusLink Link { get; }

    public StoreLink Store { get; }

    public MachineClock Clock { get; }

    public SimulatedTerm? Term { get; private set; }

    public bool IsUp => !_process.IsOver && !_process.IsPaused;

    public void Start()
    {
        _process = new Life();
        (Link.Owner, Store.Owner) = (_process, _process);
        _world.Trace.Say($"{Name,-10} starts");
        Link.TryConnect();
        After(_chance.Between(TimeSpan.Zero, Options.Renewal), Try);
    }

    /// <summary>Dies at this very moment, whatever it was at.</summary>
    public void Crash(TimeSpan downtime)
    {
        _world.Trace.Say($"{Name,-10} crashes{(Term is null ? "" : " as leader")}");
        _process.End();
        Term = null;
        Link.Break();
        _world.Timeline.After(downtime, _world.Life, Start);
    }

    public void Pause(TimeSpan duration)
    {
        if (!IsUp)
            return;
        var process = _process;
        _world.Trace.Say($"{Name,-10} stands still for {duration.TotalSeconds:0.0} s");
        process.Pause();
        _world.Timeline.After(duration, _world.Life, () => process.Resume(_world.Timeline));
    }

    public void TermEnded(SimulatedTerm term, Exception? error)
    {
        if (Term != term)
            return;
        Term = null;
        _world.Trace.Say($"{Name,-10} steps down from epoch {term.Lease.Epoch}: {error?.Message ?? "the lease is lost"}");
        Attempt(() => Store.ReleaseLeaseAsync(term.Lease, CancellationToken.None).GetAwaiter().GetResult());
        After(error is null ? TimeSpan.Zero : PauseAfterFailure, Try);
    }

    private void Try()
    {
        Lease? lease = null;
        if (!Attempt(() => lease = Now(Store.AcquireLeaseAsync(Name, "", Options.Duration, CancellationToken.None))))
            After(PauseAfterFailure, Try);
        else if (lease is null)
            After(Options.Renewal, Try);
        else
            Lead(lease);
    }

    private void Lead(Lease lease)
    {
        StoredState? stored = null;
        if (!Attempt(() => stored = Now(Store.LoadAsync(CancellationToken.None))))
        {
            After(PauseAfterFailure, Try);
            return;
        }

        var read = stored!; // The attempt succeeded.
        _renewedAt = _world.Timeline.Now;
        After(_chance.Between(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(200)), () =>
        {
            _world.Trace.Say($"{Name,-10} leads, epoch {lease.Epoch}, with {read.Tasks.Count} tasks");
            var term = Term = new SimulatedTerm(_world, this, _process, lease, read, _chance);
            term.Open();
            Renew(term);
        });
    }

    private void Renew(SimulatedTerm term)
    {
        if (Term != term)
            return;
        var began = _world.Timeline.Now;
        var isHeld = true;
        if (Attempt(() => isHeld = Now(Store.RenewLeaseAsync(term.Lease, Options.Duration, CancellationToken.None))))
            _renewedAt = began;
        else
            isHeld = _world.Timeline.Now - _renewedAt < Options.Duration;
        if (isHeld)
            After(Options.Renewal, () => Renew(term));
        else
            term.Drop();
    }

    private void After(TimeSpan delay, Action action) => _world.Timeline.After(delay, _process, action);

    private static T Now<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static bool Attempt(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (StoreException)
        {
            return false;
        }
    }
}
