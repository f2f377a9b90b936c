using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Messaging;
using Aurora.Worker.Processes;
using Aurora.Worker.Sandbox;
using Aurora.Worker.Tasks;

namespace Aurora.Worker.Agent;

/// <summary>
/// The shell around one <see cref="TaskPlan"/>: takes inputs one after the other, without a thread of its own, records what they say, and does what the plan
/// asks for. Every fact is on disk before anything follows from it, so that a later agent continues exactly here. Whatever fails unexpectedly
/// (disk full, shim away) is tried again, with the same run keys, until it works.
/// </summary>
internal sealed class TaskOnWorker
{
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    private readonly AgentParts _parts;
    private readonly TaskLaunch _launch;
    private readonly Action<TaskOnWorker> _changed;
    private readonly TaskInbox _inbox;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _stopping;

    // Touched only by WorkAsync, of which one runs at a time.
    private readonly List<ProcessRunKey> _leftovers = [];
    private TaskPlan _plan;
    private bool _isOnDisk;
    private bool _isReadable = true;
    private bool _sentTerminate;
    private TimeSpan _retry = TimeSpan.Zero;

    private volatile TaskPlan _visible;

    /// <summary>Makes a task that was just ordered, or, with a plan, one that was found on disk.</summary>
    /// <param name="parts">What it works with.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="definition">What it is.</param>
    /// <param name="found">How far it had come, when it was found on disk.</param>
    /// <param name="changed">Called when there is something new to report; returns at once.</param>
    /// <param name="stopping">The agent stops: what is under way is left to the next one.</param>
    public TaskOnWorker(
        AgentParts parts, TaskFolder folder, TaskDefinition definition, TaskPlan? found, Action<TaskOnWorker> changed, CancellationToken stopping)
    {
        _parts = parts;
        _changed = changed;
        _stopping = stopping;
        _inbox = new TaskInbox(WorkAsync, stopping);
        Folder = folder;
        Definition = definition;
        _launch = new TaskLaunch(parts, folder, definition.Launch);
        _isOnDisk = found is not null;
        _plan = _visible = found ?? TaskPlan.Begin(definition.Launch.Task, definition.AcceptedAt);
        if (_plan.IsTerminal)
        {
            _ended.SetResult();
        }
    }

    /// <summary>Its folder.</summary>
    public TaskFolder Folder { get; }

    /// <summary>What it is.</summary>
    public TaskDefinition Definition { get; }

    /// <summary>Its id.</summary>
    public TaskId Id => Definition.Launch.TaskId;

    /// <summary>How far it has come, as others may know it: what it says is on disk, and what it leaves behind is gone.</summary>
    public TaskPlan Plan => _visible;

    /// <summary>Whether the broker has stored its end, so that nothing is to be said any more.</summary>
    public bool IsRecorded { get; private set; }

    /// <summary>How many of the plan's states the bus has confirmed a report of. Touched only by the reporter.</summary>
    public int ConfirmedChanges { get; set; }

    /// <summary>Ends when the task has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>A task whose files cannot be read: LOST, with whatever the launcher knows of it ended. Nothing is written to it any more.</summary>
    /// <param name="parts">What it works with.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="definition">What is known of it.</param>
    /// <param name="fault">Why it cannot be read.</param>
    /// <param name="changed">As in the constructor.</param>
    /// <param name="stopping">As in the constructor.</param>
    /// <returns>The task.</returns>
    public static TaskOnWorker Unreadable(
        AgentParts parts, TaskFolder folder, TaskDefinition definition, string fault, Action<TaskOnWorker> changed, CancellationToken stopping)
    {
        var lost = TaskPlan.Begin(definition.Launch.Task, definition.AcceptedAt)
            .Apply(new PlanEvent.EndAsked(parts.Time.GetUtcNow(), TaskState.Lost, $"what the worker knew of the task is damaged: {fault}"));
        return new TaskOnWorker(parts, folder, definition, lost, changed, stopping) { _isReadable = false };
    }

    /// <summary>Tells the task something. Returns at once.</summary>
    /// <param name="input">What.</param>
    public void Post(TaskInput input) => _inbox.Post(input);

    /// <summary>Waits until nothing is under way any more; the agent is stopping.</summary>
    /// <returns>A task that ends then.</returns>
    public Task StillAsync() => _inbox.StillAsync();

    private async Task WorkAsync()
    {
        var more = true;
        while (more || _inbox.GoOn())
        {
            try
            {
                TakeInputs();
                more = await StepAsync();
                _retry = TimeSpan.Zero;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return; // The next agent goes on from disk.
            }
            catch (Exception e)
            {
                _retry = _retry == TimeSpan.Zero ? TimeSpan.FromMilliseconds(500) : TimeSpan.FromTicks(Math.Min(_retry.Ticks * 2, LongestRetry.Ticks));
                Log.TaskStepFailed(_parts.Logger, Id, _retry, e);
                _parts.Due.Add(_parts.Time.GetUtcNow() + _retry, () => Post(new TaskInput.Due()));
                _inbox.Rest();
                return;
            }
        }
    }

    private void TakeInputs()
    {
        while (_inbox.Peek() is { } input)
        {
            Take(input);
            _inbox.Drop();
        }
    }

    private void Take(TaskInput input)
    {
        switch (input)
        {
            case TaskInput.Ordered e:
                TakeOrder(e.Delivery);
                break;
            case TaskInput.Found e:
                Adopt(e.Runs);
                break;
            case TaskInput.Exited { Exit: var exit }:
                Record(new PlanEvent.RunEnded(exit.EndedAt, exit.Key.Process, exit.Key.Run, exit.ExitCode, exit.Signal));
                _leftovers.Add(exit.Key);
                break;
            case TaskInput.AskedToEnd e:
                Record(new PlanEvent.EndAsked(_parts.Time.GetUtcNow(), e.Outcome, e.Reason));
                e.Delivery?.Ack();
                _changed(this); // Also when it has ended already: who asks has not heard of it.
                break;
            case TaskInput.EndRecorded:
                RecordBroker();
                break;
        }
    }

    private void TakeOrder(IDelivery delivery)
    {
        if (!_isOnDisk)
        {
            try
            {
                SandboxMaker.MakeTaskFolder(Folder);
                TaskCheckpoint.WriteDefinition(Folder, Definition);
                _isOnDisk = true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Without a file there is no promise to keep: said in memory only, and never run. After a crash the broker misses the task in the hello.
                _isReadable = false;
                Log.TaskNotRecorded(_parts.Logger, Id, e);
                Record(new PlanEvent.EndAsked(
                    _parts.Time.GetUtcNow(), TaskState.Lost, $"{ErrorCodes.SandboxFailed} the worker could not record the task: {e.Message}"));
            }
        }

        delivery.Ack();
        _changed(this);
    }

    private void Adopt(IReadOnlyList<RecoveredRun> runs)
    {
        var now = _parts.Time.GetUtcNow();
        if (Definition.BootId != _parts.BootId)
        {
            Record(new PlanEvent.EndAsked(now, TaskState.Lost, "the worker's machine was restarted"));
        }

        foreach (var process in _plan.Processes.Where(p => p.IsLive).ToArray())
        {
            var known = runs.FirstOrDefault(r => r.Key.Process == process.Name && r.Key.Run == process.Run);
            if (known is not null && process.State == ProcessState.Forked)
            {
                Record(new PlanEvent.RunStarted(known.StartedAt, process.Name, process.Run, known.Identity));
            }

            if (known?.Exit is { } exit)
            {
                Record(new PlanEvent.RunEnded(exit.EndedAt, process.Name, process.Run, exit.ExitCode, exit.Signal));
            }
            else if (known is null && process.State == ProcessState.Running)
            {
                Record(new PlanEvent.RunEnded(now, process.Name, process.Run, null, null));
            }
        }

        var live = _plan.Processes.Where(p => p.IsLive).Select(KeyOf).ToHashSet();
        _leftovers.AddRange(runs.Select(r => r.Key).Where(key => !live.Contains(key)));
    }

    private void RecordBroker()
    {
        if (_plan.IsTerminal)
        {
            if (Directory.Exists(Folder.Path))
            {
                File.WriteAllBytes(Folder.RecordedMark, []);
            }

            IsRecorded = true;
        }
    }

    /// <summary>One round of work.</summary>
    /// <returns>Whether there is another one to do at once.</returns>
    private async Task<bool> StepAsync()
    {
        await RemoveLeftoversAsync();
        if (_plan is { HasSandbox: false, Ending: null })
        {
            return Record(_launch.MakeSandbox());
        }

        var step = _plan.Next(_parts.Time.GetUtcNow(), _parts.KillWait);
        _ = Record([.. step.Starts.Select(s => new PlanEvent.RunForked(_parts.Time.GetUtcNow(), s.Process, s.Run))]);
        var forked = _plan.Processes.Where(p => p.State == ProcessState.Forked).ToArray();
        if (forked.Length > 0)
        {
            return Record(await (_plan.Ending is null ? LaunchAsync(forked) : GiveUpAsync(forked)));
        }

        await StopAsync(step.Stop);
        Show();
        if (step.NextDue is { } due)
        {
            _parts.Due.Add(due, () => Post(new TaskInput.Due()));
        }

        return false;
    }

    private async Task<PlanEvent[]> LaunchAsync(IReadOnlyList<ProcessProgress> forked) =>
        await Task.WhenAll(forked.Select(p => _launch.StartAsync(p.Name, p.Run, _stopping)));

    // The task ends, and of these runs it is not known whether they were launched. They are not launched now; what there is of them is ended.
    private async Task<PlanEvent[]> GiveUpAsync(IReadOnlyList<ProcessProgress> forked)
    {
        foreach (var process in forked)
        {
            await _parts.Launcher.KillAsync(KeyOf(process), _stopping);
            _leftovers.Add(KeyOf(process));
        }

        return [.. forked.Select(p => new PlanEvent.RunEnded(_parts.Time.GetUtcNow(), p.Name, p.Run, null, null))];
    }

    private async Task StopAsync(StopPhase phase)
    {
        var running = _plan.Processes.Where(p => p.State == ProcessState.Running).Select(KeyOf).ToArray();
        if (phase == StopPhase.Terminate && !_sentTerminate)
        {
            await Task.WhenAll(running.Select(key => _parts.Launcher.TerminateAsync(key, _stopping)));
            _sentTerminate = true;
        }
        else if (phase == StopPhase.Kill)
        {
            await Task.WhenAll(running.Select(key => _parts.Launcher.KillAsync(key, _stopping)));

            // The ends come by themselves; should one not, it is tried again.
            _parts.Due.Add(_parts.Time.GetUtcNow() + TimeSpan.FromSeconds(5), () => Post(new TaskInput.Due()));
        }
    }

    // What a process leaves behind ends with it (aurora-spec section 3.3). Forgotten only now: its end is on disk.
    private async Task RemoveLeftoversAsync()
    {
        while (_leftovers.Count > 0)
        {
            await _parts.Launcher.KillAsync(_leftovers[^1], _stopping);
            _parts.Launcher.Forget(_leftovers[^1]);
            _leftovers.RemoveAt(_leftovers.Count - 1);
        }
    }

    /// <summary>Writes facts down, then lets them count. Those that do not fit the plan (repeated or stale) are dropped.</summary>
    /// <returns>Whether any counted.</returns>
    private bool Record(params PlanEvent[] facts)
    {
        var next = _plan;
        var fitting = new List<PlanEvent>(facts.Length);
        foreach (var fact in facts)
        {
            if (next.Apply(fact) is { } after)
            {
                next = after;
                fitting.Add(fact);
            }
        }

        if (fitting.Count == 0)
        {
            return false;
        }

        if (_isReadable)
        {
            TaskCheckpoint.Append(Folder, fitting);
        }

        _plan = next;
        return true;
    }

    private void Show()
    {
        if (ReferenceEquals(_visible, _plan))
        {
            return;
        }

        var wasTerminal = _visible.IsTerminal;
        _visible = _plan;
        _changed(this);
        if (_plan.IsTerminal && !wasTerminal)
        {
            Log.TaskEnded(_parts.Logger, Id, _plan.State, _plan.Changes[^1].Message);
            _ = _ended.TrySetResult();
        }
    }

    private ProcessRunKey KeyOf(ProcessProgress process) => new(Id.Value, process.Name, process.Run);
}
