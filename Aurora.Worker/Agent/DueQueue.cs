namespace Aurora.Worker.Agent;

/// <summary>
/// The one timer for all tasks: calls back what is due. An entry cannot be taken out; a call that comes too early or too often does no harm, since
/// whoever is called asks its plan what is due.
/// </summary>
internal sealed class DueQueue : IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly PriorityQueue<Action, DateTimeOffset> _entries = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private DateTimeOffset _armedFor = DateTimeOffset.MaxValue;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="time">The clock.</param>
    public DueQueue(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Has something called.</summary>
    /// <param name="due">When; at once when that has passed.</param>
    /// <param name="callback">Returns at once and does not throw.</param>
    public void Add(DateTimeOffset due, Action callback)
    {
        lock (_lock)
        {
            _entries.Enqueue(callback, due);
            Arm();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Fire()
    {
        var ready = new List<Action>();
        lock (_lock)
        {
            _armedFor = DateTimeOffset.MaxValue;
            var now = _time.GetUtcNow();
            while (_entries.TryPeek(out var callback, out var due) && due <= now)
            {
                ready.Add(callback);
                _ = _entries.Dequeue();
            }

            Arm();
        }

        ready.ForEach(callback => callback());
    }

    private void Arm()
    {
        if (_entries.TryPeek(out _, out var due) && due < _armedFor)
        {
            _armedFor = due;
            var wait = due - _time.GetUtcNow();

            // A timer rounds down to whole milliseconds and would come just too early; the entry would then be armed over and over.
            // It also has a longest wait; when that is over it is armed again.
            var bounded = wait > LongestWait ? LongestWait : wait;
            _ = _timer.Change(bounded > TimeSpan.Zero ? bounded + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
