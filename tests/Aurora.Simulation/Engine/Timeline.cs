namespace Aurora.Simulation.Engine;

/// <summary>Virtual time: what shall happen, in order. What falls due at the same moment happens in the order in which it was asked for.</summary>
internal sealed class Timeline
{
    public static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<(Life Life, Action Action), Moment> _events = new();
    private long _asked;

    /// <summary>True time; machines have clocks of their own.</summary>
    public DateTimeOffset Now { get; private set; } = Beginning;

    /// <summary>Since the beginning.</summary>
    public TimeSpan Elapsed => Now - Beginning;

    /// <summary>How many events have happened.</summary>
    public long Count { get; private set; }

    public void After(TimeSpan delay, Life life, Action action) =>
        _events.Enqueue((life, action), new Moment(Now.Ticks + Math.Max(0, delay.Ticks), _asked++));

    /// <summary>Lets the next event happen; false when there is none before the limit.</summary>
    public bool Step(DateTimeOffset limit)
    {
        if (!_events.TryPeek(out var next, out var moment) || moment.At > limit.Ticks)
            return false;
        _events.Dequeue();
        Now = new DateTimeOffset(moment.At, TimeSpan.Zero);
        Count++;
        next.Life.Do(next.Action);
        return true;
    }

    private readonly record struct Moment(long At, long Order) : IComparable<Moment>
    {
        public int CompareTo(Moment other) => At != other.At ? At.CompareTo(other.At) : Order.CompareTo(other.Order);
    }
}
