using Aurora.Core.Jobs;
using Aurora.Core.Tasks;
using Aurora.Worker.Agent;
using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Fencing;

/// <summary>
/// Ends the tasks of jobs with <c>stop_after_secs</c> when the leader was not heard for that long, and lets them begin only when it was (docs/decisions/0011). The time counts from when the last
/// answered heartbeat was sent, by the machine's time since boot. While there is no such task it asks nothing of anybody. It is weak where the machine is suspended: such a task goes on for a
/// moment after the machine wakes, until this looks.
/// </summary>
internal sealed class BrokerFence : IAsyncDisposable
{
    private const int MostUnanswered = 256;
    private const int AsksWithinLimit = 10;
    private static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly Dictionary<TaskId, FencedTask> _tasks = []; // under _lock, like everything below
    private readonly SortedDictionary<long, TimeSpan> _sent = [];
    private readonly Func<TimeSpan> _now;
    private readonly ContactFile _file;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private TimeSpan? _contact;
    private TimeSpan? _written;
    private TimeSpan? _askedAt;
    private long _number;
    private long _heard;
    private bool _isLooking;

    /// <summary>Makes a fence without tasks.</summary>
    /// <param name="now">The time since the machine's boot.</param>
    /// <param name="file">Where the last contact is kept.</param>
    /// <param name="time">The clock of its timer.</param>
    /// <param name="logger">The log.</param>
    public BrokerFence(Func<TimeSpan> now, ContactFile file, TimeProvider time, ILogger logger)
    {
        _now = now;
        _file = file;
        _logger = logger;
        _contact = _written = file.Read();
        _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes a task in, if its job asks for it.</summary>
    /// <param name="task">The task.</param>
    /// <param name="isNew">Whether its order has just come; otherwise an earlier agent left it.</param>
    public void Watch(TaskOnWorker task, bool isNew)
    {
        if (task.Definition.Launch.StopAfterSecs is not { } limit || task.Plan.IsTerminal)
        {
            return;
        }

        lock (_lock)
        {
            _tasks[task.Id] = new FencedTask(task, TimeSpan.FromSeconds(limit), isNew || !task.Plan.HasSandbox ? _now() : null) { HasBegun = task.Plan.HasSandbox };
            _askedAt = null;
            SetTimer();
        }
    }

    /// <summary>Says whether a task that is not begun may begin. One that may not is told when it may.</summary>
    /// <param name="task">The task.</param>
    /// <returns>True when it may; always for a task whose job asks for nothing.</returns>
    public bool MayBegin(TaskId task)
    {
        lock (_lock)
        {
            return !_tasks.TryGetValue(task, out var fenced) || fenced.HasBegun || (fenced.HasBegun = !fenced.IsEnding && FenceRule.MayBegin(fenced.Gate, _heard) && IsWritten());
        }
    }

    /// <summary>Says whether a heartbeat should go out now: the report of a task that waits to begin was confirmed, and nothing was sent since that an answer could prove it by.</summary>
    /// <returns>True when one should.</returns>
    public bool WantsHeartbeat()
    {
        lock (_lock)
        {
            return _tasks.Count > 0 && _tasks.Values.Any(t => t is { HasBegun: false, Gate: null } && t.Task.ConfirmedChanges > 0);
        }
    }

    /// <summary>Called by the reporter just before it sends a heartbeat.</summary>
    /// <returns>The number to be answered; null when no answer is needed now.</returns>
    public long? NextNumber()
    {
        lock (_lock)
        {
            if (_tasks.Count == 0)
            {
                return null;
            }

            var now = _now();
            var waiting = _tasks.Values.Any(t => !t.HasBegun);
            if (!waiting && _askedAt is { } at && now - at < _tasks.Values.Min(t => t.StopAfter) / AsksWithinLimit && _sent.Count == 0)
            {
                return null;
            }

            var number = ++_number;
            foreach (var fenced in _tasks.Values.Where(t => t.Gate is null && t.Task.ConfirmedChanges > 0))
            {
                fenced.Gate = number;
            }

            _askedAt = now;
            _sent[number] = now;
            if (_sent.Count > MostUnanswered)
            {
                _sent.Remove(_sent.First().Key);
            }

            return number;
        }
    }

    /// <summary>The leader has answered a heartbeat of this session.</summary>
    /// <param name="number">Its number.</param>
    public void Heard(long number)
    {
        TaskOnWorker[] waiting;
        lock (_lock)
        {
            if (!_sent.TryGetValue(number, out var sentAt))
            {
                return; // Answered before, or too late to matter.
            }

            foreach (var old in _sent.Keys.TakeWhile(n => n <= number).ToArray())
            {
                _sent.Remove(old);
            }

            _heard = Math.Max(_heard, number);
            _contact = _contact is { } known && known > sentAt ? known : sentAt;
            WriteIfDue();
            waiting = [.. _tasks.Values.Where(t => !t.HasBegun).Select(t => t.Task)];
        }

        Array.ForEach(waiting, task => task.Post(new TaskInput.Due()));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        lock (_lock)
        {
            _isLooking = true; // The timer is gone.
            WriteIfDue(TimeSpan.Zero);
        }
    }

    private void Look()
    {
        FencedTask[] over;
        lock (_lock)
        {
            foreach (var gone in _tasks.Values.Where(t => t.Task.Plan.IsTerminal).Select(t => t.Task.Id).ToArray())
            {
                _tasks.Remove(gone);
            }

            var now = _now();
            over = [.. _tasks.Values.Where(t => !t.IsEnding && FenceRule.MustEnd(Later(_contact, t.Since), now, t.StopAfter))];
            Array.ForEach(over, t => t.IsEnding = true);
            SetTimer();
        }

        foreach (var fenced in over)
        {
            var reason = $"no word of the broker for {fenced.StopAfter.TotalSeconds:0} s (partition_policy.stop_after_secs)";
            Log.FenceClosed(_logger, fenced.Task.Id, reason);
            fenced.Task.Post(new TaskInput.AskedToEnd(TaskState.Lost, reason, null));
        }
    }

    private void SetTimer()
    {
        if (_isLooking != _tasks.Count > 0)
        {
            _isLooking = _tasks.Count > 0;
            var period = _isLooking ? LookInterval : Timeout.InfiniteTimeSpan;
            _ = _timer.Change(_isLooking ? TimeSpan.Zero : period, period);
        }
    }

    // A task begins only when the next agent would know of the contact that let it.
    private bool IsWritten()
    {
        WriteIfDue(_written is null ? TimeSpan.Zero : WriteInterval);
        return _written is not null;
    }

    private void WriteIfDue() => WriteIfDue(WriteInterval);

    private void WriteIfDue(TimeSpan interval)
    {
        if (_contact is not { } contact || (_written is { } before && (contact <= before || contact - before < interval)))
        {
            return;
        }

        try
        {
            _file.Write(contact);
            _written = contact;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.ContactNotWritten(_logger, e);
        }
    }

    private static TimeSpan? Later(TimeSpan? a, TimeSpan? b) => a is { } x && b is { } y ? (x > y ? x : y) : a ?? b;
}
