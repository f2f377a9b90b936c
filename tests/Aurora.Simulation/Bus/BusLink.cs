using Aurora.Simulation.Engine;

namespace Aurora.Simulation.Bus;

/// <summary>
/// A process's connection to the bus. Each direction keeps its order. While a direction is cut, what travels in it waits; when the connection breaks before the cut is
/// mended, that is lost, and whoever wanted a confirm is told that nobody knows.
/// </summary>
internal sealed class BusLink(string name, SimulatedBus bus, Timeline timeline, Chance chance)
{
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(2);

    private readonly List<(Action Arrive, Action Lost)> _heldUp = [];
    private readonly List<Action> _heldDown = [];
    private readonly List<(BusQueue Queue, BusConsumer Consumer)> _consumers = [];
    private readonly List<UnconfirmedPublish> _unconfirmed = [];
    private DateTimeOffset _lastUp;
    private DateTimeOffset _lastDown;
    private Life _connection = new();
    private bool _cutUp;
    private bool _cutDown;

    public string Name { get; } = name;

    /// <summary>The process behind it; nothing reaches one that has ended.</summary>
    public Life Owner { get; set; } = new();

    /// <summary>What the process believes.</summary>
    public bool IsUp { get; private set; }

    public bool IsCut => _cutUp || _cutDown;

    /// <summary>Called when the connection is there again.</summary>
    public Action Reconnected { get; set; } = () => { };

    /// <summary>Sends something to the server.</summary>
    public void Up(Action arrive, Action lost)
    {
        if (!IsUp)
        {
            timeline.After(PublishTimeout, Owner, lost);
            return;
        }

        var connection = _connection;
        _lastUp = Latest(_lastUp, timeline.Now + bus.Latency());
        timeline.After(_lastUp - timeline.Now, Bus, () =>
        {
            if (connection.IsOver)
                Owner.Do(lost);
            else if (_cutUp)
                _heldUp.Add((arrive, lost));
            else
                arrive();
        });
    }

    /// <summary>Sends something to the process.</summary>
    public void Down(Action arrive)
    {
        var connection = _connection;
        _lastDown = Latest(_lastDown, timeline.Now + bus.Latency());
        timeline.After(_lastDown - timeline.Now, Owner, () =>
        {
            if (connection.IsOver)
                return;
            if (_cutDown)
                _heldDown.Add(arrive);
            else
                arrive();
        });
    }

    /// <summary>Puts a message into a queue.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="message">The message.</param>
    /// <param name="confirmed">Told once whether the server has it; false: nobody knows.</param>
    public void Publish(BusQueue queue, SimulatedMessage message, Action<bool> confirmed)
    {
        var publish = new UnconfirmedPublish(Owner, confirmed);
        if (!IsUp || bus.Loses())
        {
            if (IsUp && chance.Happens(0.5))
                Up(() => queue.Add(message), () => { });
            timeline.After(PublishTimeout, Owner, () => publish.Tell(false));
            return;
        }

        _unconfirmed.Add(publish);
        Up(() =>
        {
            queue.Add(message);
            if (bus.Repeats())
                queue.Add(message);
            Down(() =>
            {
                _unconfirmed.Remove(publish);
                publish.Tell(true);
            });
        }, () => publish.Tell(false));
    }

    public void Consume(BusQueue queue, int prefetch, Action<SimulatedDelivery> handle)
    {
        var consumer = queue.Consume(this, prefetch, handle);
        _consumers.Add((queue, consumer));
    }

    public void StopConsuming()
    {
        foreach (var (queue, consumer) in _consumers)
            queue.Cancel(consumer);
        _consumers.Clear();
    }

    public void Cut(bool up, bool down) => (_cutUp, _cutDown) = (_cutUp || up, _cutDown || down);

    /// <summary>Mends what was cut; what waited arrives.</summary>
    public void Mend()
    {
        _cutUp = _cutDown = false;
        foreach (var (arrive, _) in _heldUp.ToArray())
            arrive();
        _heldUp.Clear();
        foreach (var arrive in _heldDown.ToArray())
            Owner.Do(arrive);
        _heldDown.Clear();
    }

    /// <summary>Breaks the connection: what travels is lost, what was not settled comes again.</summary>
    public void Break()
    {
        _connection.End();
        _connection = new Life();
        IsUp = false;
        var lost = _heldUp.ToArray();
        var unconfirmed = _unconfirmed.ToArray();
        _unconfirmed.Clear();
        _heldUp.Clear();
        _heldDown.Clear();
        foreach (var (queue, consumer) in _consumers)
            queue.Cancel(consumer);
        _consumers.Clear();
        foreach (var (_, tell) in lost)
            Owner.Do(tell);
        foreach (var publish in unconfirmed)
            publish.Tell(false);
    }

    /// <summary>Connects, or connects again, where the server can be reached.</summary>
    public void TryConnect()
    {
        if (IsUp || IsCut || Owner.IsOver || !bus.IsAvailable)
            return;
        IsUp = true;
        Owner.Do(Reconnected);
    }

    private Life Bus => bus.Life;

    private static DateTimeOffset Latest(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
