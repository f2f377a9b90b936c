using System.Threading.Channels;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Messaging;
using Aurora.Worker.Fencing;
using Aurora.Worker.Hosting;
using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Agent;

/// <summary>
/// The worker's one voice: hello, reports and heartbeats go out one after the other, each confirmed before the next, so that an older state never overtakes a newer one.
/// Reports are made at the moment of sending from how the tasks stand; whatever could not be sent is covered by the hello that follows. No delay
/// is put in to gather a batch: what changes while one is under way makes the next.
/// </summary>
internal sealed class StatusReporter : IAsyncDisposable
{
    private const int LargestBatch = 500;
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly IMessageBus _bus;
    private readonly WorkerOptions _options;
    private readonly Guid _session;
    private readonly Func<IReadOnlyCollection<TaskOnWorker>> _tasks;
    private readonly BrokerFence _fence;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly HashSet<TaskOnWorker> _changed = []; // under _lock
    private readonly List<(TaskReport Report, Action Confirmed)> _extra = []; // under _lock
    private TaskCompletionSource _allSaid = new(TaskCreationOptions.RunContinuationsAsynchronously); // under _lock
    private volatile bool _helloWanted = true;
    private volatile bool _heartbeatDue;
    private volatile bool _draining;
    private IReadOnlyList<Guid> _previousSessions = [];
    private long _sequence; // touched only by the loop
    private Task _loop = Task.CompletedTask;
    private ITimer? _heartbeat;

    /// <summary>Makes a reporter that says nothing yet.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="options">Who the worker is.</param>
    /// <param name="session">New at each start of the agent.</param>
    /// <param name="tasks">Every task whose end the broker has not stored.</param>
    /// <param name="fence">Says which heartbeats must be answered.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public StatusReporter(
        IMessageBus bus, WorkerOptions options, Guid session, Func<IReadOnlyCollection<TaskOnWorker>> tasks, BrokerFence fence, TimeProvider time, ILogger logger)
    {
        _bus = bus;
        _options = options;
        _session = session;
        _tasks = tasks;
        _fence = fence;
        _time = time;
        _logger = logger;
    }

    /// <summary>Begins with a hello.</summary>
    /// <param name="previousSessions">The sessions before this one, the last one first.</param>
    public void Start(IReadOnlyList<Guid> previousSessions)
    {
        _previousSessions = previousSessions;
        _heartbeat = _time.CreateTimer(_ => HeartbeatDue(), null, _options.HeartbeatInterval, _options.HeartbeatInterval);
        _loop = Task.Run(LoopAsync);
        Signal();
    }

    /// <summary>A task has something new. Returns at once.</summary>
    /// <param name="task">The task.</param>
    public void Changed(TaskOnWorker task)
    {
        lock (_lock)
        {
            _ = _changed.Add(task);
            Unsaid();
        }

        Signal();
    }

    /// <summary>Something is to be said once of a task that is not here. Returns at once.</summary>
    /// <param name="report">What.</param>
    /// <param name="confirmed">Called when the bus has it; whoever asked repeats the question otherwise.</param>
    public void Say(TaskReport report, Action confirmed)
    {
        lock (_lock)
        {
            _extra.Add((report, confirmed));
            Unsaid();
        }

        Signal();
    }

    /// <summary>From now on the worker is being emptied: the hello says so. Returns at once.</summary>
    public void Drain()
    {
        _draining = true;
        WantHello();
    }

    /// <summary>A hello is wanted. Returns at once.</summary>
    public void WantHello()
    {
        _helloWanted = true;
        Signal();
    }

    /// <summary>Waits until everything that changed so far has been confirmed.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends then.</returns>
    public Task AllSaidAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _changed.Count + _extra.Count == 0 && _allSaid.Task.IsCompleted ? Task.CompletedTask : _allSaid.Task.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_heartbeat is not null)
        {
            await _heartbeat.DisposeAsync();
        }

        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        var wait = TimeSpan.Zero;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ = await _signal.Reader.ReadAsync(_stop.Token);
                await SayAllAsync(_stop.Token);
                wait = TimeSpan.Zero;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                _helloWanted = true; // Nobody knows what has arrived; the hello says how everything stands.
                wait = wait == TimeSpan.Zero ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, LongestRetry.Ticks));
                Log.ReportFailed(_logger, wait, e.Message);
                await Task.Delay(wait, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Signal();
            }
        }
    }

    private async Task SayAllAsync(CancellationToken cancellationToken)
    {
        if (_helloWanted)
        {
            await SayHelloAsync(cancellationToken);
        }

        while (await SayBatchAsync(cancellationToken))
        {
            await BeatAsync(cancellationToken);
        }

        await BeatAsync(cancellationToken);
    }

    private async Task SayHelloAsync(CancellationToken cancellationToken)
    {
        _helloWanted = false;
        var tasks = _tasks().Where(t => !t.IsRecorded).Select(t => (Task: t, t.Plan)).ToArray();
        await PublishAsync(
            new WorkerHello(
                _options.Id, _session, _options.Hostname, ProductVersion.Text, _options.Total, _options.Attributes, [.. tasks.Select(t => TaskNews.Standing(t.Task.Id, t.Plan, t.Task.Ports))])
            {
                Draining = _draining,
                PortCount = _options.PortCount,
                Sequence = ++_sequence,
                PreviousSessions = _previousSessions,
            },
            cancellationToken);
        foreach (var (task, plan) in tasks)
        {
            task.ConfirmedChanges = plan.Changes.Length;
        }

        Log.HelloSaid(_logger, tasks.Length);
    }

    /// <summary>Sends one batch.</summary>
    /// <returns>False when there was nothing to send.</returns>
    private async Task<bool> SayBatchAsync(CancellationToken cancellationToken)
    {
        TaskOnWorker[] changed;
        (TaskReport Report, Action Confirmed)[] extra;
        lock (_lock)
        {
            changed = [.. _changed.Take(LargestBatch)];
            extra = [.. _extra.Take(LargestBatch)];
            _changed.ExceptWith(changed); // Before looking at them: what changes from now on makes another report.
            if (changed.Length + extra.Length == 0)
            {
                _ = _allSaid.TrySetResult();
                return false;
            }
        }

        try
        {
            var news = changed.Select(t => (Task: t, t.Plan)).ToArray();
            await PublishAsync(
                new TasksReported(
                    _options.Id, _session, [.. news.SelectMany(n => TaskNews.Since(n.Task.Id, n.Plan, n.Task.Ports, n.Task.ConfirmedChanges)), .. extra.Select(e => e.Report)])
                {
                    Sequence = ++_sequence,
                },
                cancellationToken);
            foreach (var (task, plan) in news)
            {
                task.ConfirmedChanges = plan.Changes.Length;
            }
        }
        catch
        {
            lock (_lock)
            {
                _changed.UnionWith(changed);
            }

            throw;
        }

        lock (_lock)
        {
            _extra.RemoveRange(0, extra.Length);
        }

        Array.ForEach(extra, e => e.Confirmed());
        return true;
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        if (_heartbeatDue || _fence.WantsHeartbeat())
        {
            _heartbeatDue = false;
            await PublishAsync(
                new WorkerHeartbeat(_options.Id, _session) { AnswerTo = _fence.NextNumber(), Sequence = ++_sequence, TasksDigest = Digest().ToString() }, cancellationToken);
        }
    }

    private TaskDigest Digest()
    {
        var digest = default(TaskDigest);
        foreach (var task in _tasks())
        {
            if (!task.IsRecorded)
            {
                digest = digest.Add(task.Id, TaskDigest.PhaseOf(task.Plan.State));
            }
        }

        return digest;
    }

    private Task PublishAsync<T>(T message, CancellationToken cancellationToken)
        where T : class
    {
        var contract = MessageCatalog.Of(typeof(T));
        return _bus.PublishAsync(QueueNames.Status, new BusMessage(contract.Name, contract.Version, Guid.NewGuid(), contract.Write(message)), cancellationToken);
    }

    private void HeartbeatDue()
    {
        _heartbeatDue = true;
        if (!_bus.Health.IsUp)
        {
            _helloWanted = true;
        }

        Signal();
    }

    private void Unsaid()
    {
        if (_allSaid.Task.IsCompleted)
        {
            _allSaid = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private void Signal() => _ = _signal.Writer.TryWrite(true);
}
