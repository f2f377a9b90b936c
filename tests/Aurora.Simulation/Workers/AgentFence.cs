using Aurora.Core.Jobs;
using Aurora.Core.Tasks;
using Aurora.Simulation.Engine;

namespace Aurora.Simulation.Workers;

/// <summary>
/// The worker's side of <c>stop_after_secs</c> (docs/decisions/0011): such a task begins only when the leader answered a heartbeat that was sent after the report of the task, and ends when no
/// answered heartbeat was sent for that long.
/// </summary>
internal sealed class AgentFence(World world, SimulatedWorker worker, Life life, Func<TaskId, bool> isReported, Action<TaskOnDisk> begin, Action<TaskOnDisk, string> end)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(0.5);
    private readonly Dictionary<TaskId, Entry> _tasks = [];
    private readonly SortedDictionary<long, DateTimeOffset> _sent = [];
    private long _number;
    private long _heard;
    private bool _isLooking;

    public void Watch(TaskOnDisk task, bool isNew)
    {
        if (task.Order.StopAfterSecs is not { } secs || task.IsOver)
            return;
        _tasks[task.Id] = new Entry(task, TimeSpan.FromSeconds(secs), isNew || task.Starts == 0 ? world.Timeline.Now : null) { HasBegun = task.Starts > 0 };
        if (_isLooking)
            return;
        _isLooking = true;
        world.Timeline.After(LookInterval, life, Look);
    }

    public bool MayBegin(TaskId task) =>
        !_tasks.TryGetValue(task, out var entry) || entry.HasBegun || (entry.HasBegun = entry.Gate is { } gate && _heard >= gate && !entry.IsEnding);

    public bool WantsHeartbeat => _tasks.Values.Any(t => t is { HasBegun: false, Gate: null, Task.IsOver: false } && isReported(t.Task.Id));

    /// <summary>The number that the next heartbeat bears; null when no answer is needed.</summary>
    public long? NextNumber()
    {
        if (_tasks.Count == 0)
            return null;
        var number = ++_number;
        foreach (var entry in _tasks.Values.Where(t => t.Gate is null && isReported(t.Task.Id)))
            entry.Gate = number;
        _sent[number] = world.Timeline.Now;
        return number;
    }

    public void Heard(long number)
    {
        if (!_sent.TryGetValue(number, out var at))
            return;
        foreach (var old in _sent.Keys.TakeWhile(n => n <= number).ToArray())
            _sent.Remove(old);
        _heard = Math.Max(_heard, number);
        if (worker.Contact is not { } known || at > known)
            worker.Contact = at;
        foreach (var entry in _tasks.Values.Where(t => !t.HasBegun).ToArray())
            begin(entry.Task);
    }

    private void Look()
    {
        foreach (var gone in _tasks.Values.Where(t => t.Task.IsOver).Select(t => t.Task.Id).ToArray())
            _tasks.Remove(gone);
        foreach (var entry in _tasks.Values.Where(t => !t.IsEnding).ToArray())
        {
            var last = worker.Contact is { } contact && (entry.Since is null || contact > entry.Since) ? contact : entry.Since;
            if (last is { } at && world.Timeline.Now - at < entry.StopAfter)
                continue;
            entry.IsEnding = true;
            end(entry.Task, "no word of the broker for too long");
        }

        _isLooking = _tasks.Count > 0;
        if (_isLooking)
            world.Timeline.After(LookInterval, life, Look);
    }

    private sealed class Entry(TaskOnDisk task, TimeSpan stopAfter, DateTimeOffset? since)
    {
        public TaskOnDisk Task { get; } = task;

        public TimeSpan StopAfter { get; } = stopAfter;

        public DateTimeOffset? Since { get; } = since;

        public long? Gate { get; set; }

        public bool HasBegun { get; set; }

        public bool IsEnding { get; set; }
    }
}
