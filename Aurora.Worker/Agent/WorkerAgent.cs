using System.Collections.Concurrent;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Messaging;
using Aurora.Worker.Fencing;
using Aurora.Worker.Hosting;
using Aurora.Worker.Isolation;
using Aurora.Worker.Health;
using Aurora.Worker.Processes;
using Aurora.Worker.Sandbox;
using Aurora.Worker.Tasks;
using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Agent;

/// <summary>
/// The worker: takes orders from its queue, has each task handled by its own <see cref="TaskOnWorker"/>, and lets <see cref="StatusReporter"/> say what becomes of them.
/// Stopping it leaves processes running; the next agent on the same folder adopts them.
/// </summary>
internal sealed class WorkerAgent : IAsyncDisposable
{
    private const int Prefetch = 500;
    private static readonly TimeSpan KeepingInterval = TimeSpan.FromMinutes(1);

    private readonly WorkerOptions _options;
    private readonly WorkerFolder _folder;
    private readonly IMessageBus _bus;
    private readonly AgentParts _parts;
    private readonly ILogger _logger;
    private readonly FolderKeeper _keeper;
    private readonly StatusReporter _reporter;
    private readonly RequestDesk _desk;
    private readonly LimitWatch? _watch;
    private readonly BrokerFence _fence;
    private readonly Guid _session = Guid.NewGuid();
    private readonly ConcurrentDictionary<TaskId, TaskOnWorker> _tasks = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _exitLock = new();
    private List<ProcessExit>? _earlyExits = []; // under _exitLock; null once every task was found
    private IAsyncDisposable? _consumer;
    private volatile string? _draining; // why, once the worker is being emptied
    private Task _keeping = Task.CompletedTask;
    private Task _watching = Task.CompletedTask;

    /// <summary>Makes an agent that does nothing yet.</summary>
    /// <param name="options">What it is.</param>
    /// <param name="folder">Its folder, made and locked.</param>
    /// <param name="bus">The bus; not disposed here.</param>
    /// <param name="parts">What its tasks work with; launcher and timer are disposed here.</param>
    public WorkerAgent(WorkerOptions options, WorkerFolder folder, IMessageBus bus, AgentParts parts)
    {
        _options = options;
        _folder = folder;
        _bus = bus;
        _watch = OperatingSystem.IsLinux() ? new LimitWatch(parts.Isolation, LiveTasks, FoldersOf, OnBreach, parts.Time, parts.Logger) : null;
        _fence = new BrokerFence(parts.SinceBoot, new ContactFile(folder.Contact, parts.BootId), parts.Time, parts.Logger);
        _parts = parts with { DiskOf = DiskOf, MayBegin = _fence.MayBegin };
        _logger = parts.Logger;
        _keeper = new FolderKeeper(folder, options.Retention);
        _reporter = new StatusReporter(bus, options, _session, () => (IReadOnlyCollection<TaskOnWorker>)_tasks.Values, _fence, parts.Time, parts.Logger);
        _desk = new RequestDesk(bus, parts.Launcher, Find, parts.Logger);
        parts.Launcher.Exited += OnExited;
    }

    /// <summary>The tasks whose end the broker has not stored.</summary>
    public IReadOnlyCollection<TaskOnWorker> Tasks => (IReadOnlyCollection<TaskOnWorker>)_tasks.Values;

    /// <summary>Adopts what an earlier agent left, says hello and takes orders.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when orders are taken.</returns>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var queue = QueueNames.Worker(_options.Id);
        await _bus.DeclareQueueAsync(QueueNames.Status, cancellationToken);
        await _bus.DeclareQueueAsync(queue, cancellationToken);
        await AdoptAsync(cancellationToken);
        Log.Started(_logger, _options.Id, _session, _tasks.Count, _folder.Path);
        _reporter.Start(new SessionBook(_folder.Sessions, _logger).Open(_session));
        _desk.Start();
        if (OperatingSystem.IsLinux() && _watch is { } watch)
        {
            _watching = watch.RunAsync(_stop.Token);
        }

        _keeping = Task.Run(KeepAsync, CancellationToken.None);
        _consumer = await _bus.ConsumeAsync(queue, Prefetch, OnDeliveryAsync, cancellationToken);
    }

    /// <summary>Ends every task that runs: recorded and reported as LOST, which has services started again elsewhere or later.</summary>
    /// <param name="reason">Why, for the tasks' history.</param>
    /// <param name="cancellationToken">Gives up waiting; what is under way is finished by the next agent.</param>
    /// <returns>A task that ends when nothing runs any more and the bus has every report.</returns>
    public async Task StopTasksAsync(string reason, CancellationToken cancellationToken)
    {
        await StopTakingOrdersAsync();
        var tasks = _tasks.Values.ToArray();
        Array.ForEach(tasks, task => task.Post(new TaskInput.AskedToEnd(TaskState.Lost, reason, null)));
        await Task.WhenAll(tasks.Select(task => task.Ended)).WaitAsync(cancellationToken);
        await _reporter.AllSaidAsync(cancellationToken);
    }

    /// <summary>
    /// Empties the worker: from now on every task that comes is sent back, and those that are here are ended as by a kill and reported LOST, which has the broker start
    /// services again elsewhere.
    /// </summary>
    /// <param name="reason">Why, for the tasks' history.</param>
    /// <param name="cancellationToken">Gives up waiting; the tasks go on ending.</param>
    /// <returns>A task that ends when nothing runs any more and the bus has every report.</returns>
    public async Task DrainAsync(string reason, CancellationToken cancellationToken)
    {
        _draining = reason;
        _reporter.Drain();
        var tasks = _tasks.Values.ToArray();
        Log.Draining(_logger, tasks.Length);
        Array.ForEach(tasks, task => task.Post(new TaskInput.AskedToEnd(TaskState.Lost, reason, null)));
        await Task.WhenAll(tasks.Select(task => task.Ended)).WaitAsync(cancellationToken);
        await _reporter.AllSaidAsync(cancellationToken);
    }

    /// <summary>Stops the agent; what runs goes on running.</summary>
    /// <returns>A task that ends when nothing of the agent is under way any more.</returns>
    public async ValueTask DisposeAsync()
    {
        await StopTakingOrdersAsync();
        await _stop.CancelAsync();
        await Task.WhenAll(_tasks.Values.Select(task => task.StillAsync()));
        await _watching;
        await _keeping;
        await _desk.DisposeAsync();
        await _reporter.DisposeAsync();
        await _fence.DisposeAsync();
        _parts.Launcher.Exited -= OnExited;
        await _parts.Launcher.DisposeAsync();
        _parts.Isolation.Close();
        await _parts.Due.DisposeAsync();
        _parts.LaunchGate.Dispose();
        Log.Stopped(_logger, _options.Id, _tasks.Values.Count(t => !t.Plan.IsTerminal));
        _stop.Dispose();
    }

    private async Task StopTakingOrdersAsync()
    {
        if (Interlocked.Exchange(ref _consumer, null) is { } consumer)
        {
            await consumer.DisposeAsync();
        }
    }

    private async Task AdoptAsync(CancellationToken cancellationToken)
    {
        var adoption = new Adoption(_folder, _keeper, _logger);
        foreach (var task in adoption.Tasks((reading, definition) => Make(reading, definition)))
        {
            _tasks[task.Id] = task;
            _fence.Watch(task, isNew: false);
        }

        // Before anything is launched: what is in a group of ours without a task belongs to nobody, and the shims may have to be asked about it.
        var removed = _parts.Isolation.RemoveOthers(_tasks.Values.Where(t => !t.Plan.IsTerminal).Select(t => t.Id.Value).ToHashSet(StringComparer.Ordinal));
        if (removed.Count > 0)
        {
            Log.GroupsRemoved(_logger, string.Join(", ", removed));
        }

        var runs = await adoption.RunsAsync(_parts.Launcher, id => TaskId.IsValid(id) && _tasks.ContainsKey(new TaskId(id)), cancellationToken);
        foreach (var task in _tasks.Values)
        {
            task.Post(new TaskInput.Found([.. runs[task.Id.Value]]));
        }

        lock (_exitLock)
        {
            var early = _earlyExits ?? [];
            _earlyExits = null;
            early.ForEach(HandOn);
        }
    }

    private TaskOnWorker Make(CheckpointReading reading, TaskDefinition definition) => reading is { Plan: { } plan }
        ? new TaskOnWorker(_parts, reading.Folder, definition, plan, _reporter.Changed, _stop.Token)
        : TaskOnWorker.Unreadable(_parts, reading.Folder, definition, reading.Fault ?? "", _reporter.Changed, _stop.Token);

    private void OnExited(ProcessExit exit)
    {
        lock (_exitLock)
        {
            if (_earlyExits is { } early)
            {
                early.Add(exit);
                return;
            }
        }

        HandOn(exit);
    }

    private void HandOn(ProcessExit exit)
    {
        if (exit.Key.Process == HealthExits.ProcessName)
        {
            if (!_parts.Probes.Take(exit))
            {
                _parts.Launcher.Forget(exit.Key);
            }
        }
        else if (TaskId.IsValid(exit.Key.TaskId) && _tasks.TryGetValue(new TaskId(exit.Key.TaskId), out var task))
        {
            task.Post(new TaskInput.Exited(exit));
        }
        else
        {
            _parts.Launcher.Forget(exit.Key);
        }
    }

    private async ValueTask OnDeliveryAsync(IDelivery delivery, CancellationToken cancellationToken)
    {
        var (message, error) = MessageCatalog.Read(delivery.Message.Name, delivery.Message.Version, delivery.Message.Body.Span);
        switch (message)
        {
            case LaunchTask launch:
                Launch(launch, delivery);
                break;
            case KillTask kill:
                Kill(kill, delivery);
                break;
            case EndsRecorded ends:
                ForgetEnded(ends);
                delivery.Ack();
                break;
            case HeartbeatHeard heard:
                if (heard.Session == _session)
                {
                    _fence.Heard(heard.Number);
                }

                delivery.Ack();
                break;
            case SendHello:
                _reporter.WantHello();
                delivery.Ack();
                break;
            case CheckRole or ReadLog or ReadSandboxFile or ListSandbox:
                await _desk.TakeAsync(message, delivery, cancellationToken);
                break;
            default:
                delivery.Reject(error ?? $"message '{delivery.Message.Name}' is not for workers");
                break;
        }
    }

    private void Launch(LaunchTask launch, IDelivery delivery)
    {
        if (Find(launch.TaskId) is not { } task)
        {
            var definition = new TaskDefinition(TaskDefinition.CurrentVersion, _parts.Time.GetUtcNow(), _parts.BootId, _parts.Requests.WithDefaults(launch));
            task = new TaskOnWorker(_parts, _folder.Of(launch.TaskId), definition, null, _reporter.Changed, _stop.Token);
            _tasks[task.Id] = task;
            _fence.Watch(task, isNew: true);
            Log.TaskAccepted(_logger, task.Id, launch.Job);
        }

        task.Post(new TaskInput.Ordered(delivery));
        if (_draining is { } reason)
        {
            task.Post(new TaskInput.AskedToEnd(TaskState.Lost, reason, null));
        }
    }

    private IEnumerable<(string TaskId, TaskLimits Limits)> LiveTasks()
    {
        foreach (var (id, task) in _tasks)
        {
            if (task.Plan is { HasSandbox: true, Ending: null })
            {
                yield return (id.Value, task.Limits);
            }
        }
    }

    private string[] FoldersOf(string taskId) => _tasks.TryGetValue(new TaskId(taskId), out var task) ? [task.Folder.Sandbox, task.Folder.Logs, task.Folder.Console] : [];

    private long? DiskOf(string taskId) => OperatingSystem.IsLinux() ? _watch?.DiskOf(taskId) : null;

    private void OnBreach(string taskId, string message)
    {
        if (_tasks.TryGetValue(new TaskId(taskId), out var task))
        {
            task.Post(new TaskInput.AskedToEnd(TaskState.Failed, message, null));
        }
    }

    private void Kill(KillTask kill, IDelivery delivery)
    {
        if (Find(kill.TaskId) is { } task)
        {
            Log.KillAsked(_logger, kill.TaskId, kill.Reason);
            task.Post(new TaskInput.AskedToEnd(TaskState.Killed, kill.Reason, delivery));
            return;
        }

        Log.KillOfUnknown(_logger, kill.TaskId);
        _reporter.Say(new TaskReport(kill.TaskId, TaskState.Lost, _parts.Time.GetUtcNow(), "the worker does not know the task", []), delivery.Ack);
    }

    private void ForgetEnded(EndsRecorded ends)
    {
        foreach (var id in ends.Tasks)
        {
            if (_tasks.TryGetValue(id, out var task) && task.Plan.IsTerminal)
            {
                task.Post(new TaskInput.EndRecorded());
                _ = _tasks.TryRemove(id, out _);
            }
        }
    }

    /// <summary>A task that is here, or that was and whose folder is still there.</summary>
    private TaskOnWorker? Find(TaskId id)
    {
        if (_tasks.TryGetValue(id, out var task))
        {
            return task;
        }

        var folder = _folder.Of(id);
        return File.Exists(folder.Definition) && TaskCheckpoint.Read(folder) is { Definition: { } definition } reading ? Make(reading, definition) : null;
    }

    private async Task KeepAsync()
    {
        using var timer = new PeriodicTimer(KeepingInterval, _parts.Time);
        do
        {
            try
            {
                if (_keeper.RunOnce(_parts.Time.GetUtcNow(), _stop.Token) is > 0 and var removed)
                {
                    Log.FoldersRemoved(_logger, removed);
                }

                if (!await timer.WaitForNextTickAsync(_stop.Token))
                {
                    return;
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.FoldersNotRemoved(_logger, e);
                await Task.Delay(KeepingInterval, _parts.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        while (!_stop.IsCancellationRequested);
    }
}
