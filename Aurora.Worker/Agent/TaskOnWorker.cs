using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Messaging;
using Aurora.Worker.Health;
using Aurora.Worker.Isolation;
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
    private readonly TaskStop _stop;
    private readonly TaskHealth _health;
    private readonly Action<TaskOnWorker> _changed;
    private readonly TaskInbox _inbox;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _stopping;

    // Touched only by WorkAsync, of which one runs at a time.
    private readonly List<(ProcessRunKey Key, bool Ended)> _leftovers = [];
    private TaskPlan _plan;
    private bool _isOnDisk;
    private bool _isReadable = true;
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
        _stop = new TaskStop(parts, definition.Launch, _launch, Wake);
        _health = new TaskHealth(
            parts.Probes, definition.Launch, definition.HealthCheck, (healthy, why) => Post(new TaskInput.HealthChecked(healthy, why)));
        _isOnDisk = found is not null;
        _plan = _visible = found ?? definition.BeginPlan();
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

    /// <summary>Its ports, aliases and static ones included.</summary>
    public IReadOnlyDictionary<string, int> Ports => _visible.HasSandbox ? _launch.PortsOf(_visible.Ports) : _visible.Ports;

    /// <summary>What it may use.</summary>
    public TaskLimits Limits => _launch.Limits;

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
        var lost = definition.BeginPlan()
            .Apply(new PlanEvent.EndAsked(parts.Time.GetUtcNow(), TaskState.Lost, $"what the worker knew of the task is damaged: {fault}"));
        return new TaskOnWorker(parts, folder, definition, lost, changed, stopping) { _isReadable = false };
    }

    /// <summary>Tells the task something. Returns at once.</summary>
    /// <param name="input">What.</param>
    public void Post(TaskInput input) => _inbox.Post(input);

    /// <summary>Waits until nothing is under way any more; the agent is stopping.</summary>
    /// <returns>A task that ends then.</returns>
    public async Task StillAsync()
    {
        await _inbox.StillAsync();
        await _health.EndAsync();
    }

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
                TakeExit(exit);
                LetGo(exit);
                break;
            case TaskInput.HealthChecked e when _plan is { Ending: null, IsTerminal: false }:
                TakeHealth(_health.Judge(e.Healthy, e.Why));
                break;
            case TaskInput.AskedToEnd e:
                Record(new PlanEvent.EndAsked(_parts.Time.GetUtcNow(), e.Outcome, e.Reason));
                e.Delivery?.Ack();
                if (_plan.IsTerminal)
                {
                    // Who asks has not heard of it. One that still runs says nothing: the broker would answer a RUNNING with another kill, and so on at the speed of the bus.
                    _changed(this);
                }

                break;
            case TaskInput.EndRecorded:
                RecordBroker();
                break;
        }
    }

    // A process that the kernel killed for the memory limit looks like one that somebody killed, or like one that failed. So the limits are looked at first.
    private void TakeExit(ProcessExit exit)
    {
        if (exit.ExitCode is not 0 && _plan is { Ending: null, IsTerminal: false } && Breach() is { } breach)
        {
            Record(new PlanEvent.EndAsked(_parts.Time.GetUtcNow(), TaskState.Failed, breach));
        }

        Record(EndOf(exit));
    }

    // Nearly every run leaves nothing, and then there is nothing to be asked of the launcher. Its end is on disk.
    private void LetGo(ProcessExit exit)
    {
        if (exit.LeftNothing)
        {
            _parts.Launcher.Forget(exit.Key);
        }
        else
        {
            _leftovers.Add((exit.Key, true));
        }
    }

    private string? Breach() => _parts.Isolation.Read(Id.Value) is { } usage ? LimitCheck.Breach(Limits, null, usage, null) : null;

    private void TakeHealth(HealthVerdict verdict)
    {
        var now = _parts.Time.GetUtcNow();
        _ = verdict switch
        {
            HealthVerdict.Up => Record(new PlanEvent.HealthPassed(now)),
            HealthVerdict.Failed e => Record(new PlanEvent.EndAsked(now, TaskState.Failed, e.Message)),
            _ => false,
        };
    }

    private static PlanEvent.RunEnded EndOf(ProcessExit exit) => new(exit.EndedAt, exit.Key.Process, exit.Key.Run, exit.ExitCode, exit.Signal)
    {
        CpuSecs = exit.Usage?.CpuSecs,

        // 0: too small to be told apart from the shim that started it; said as unknown, not as nothing.
        RamPeak = exit.Usage is { RamPeak: > 0 and var peak } ? peak : null,
    };

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

        if (_plan is { IsTerminal: false, HasSandbox: true } && _launch.Adopt(_plan.Ports) is { } fault)
        {
            Log.LimitsNotSet(_parts.Logger, Id, $"{fault.Code} {fault}");
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
                TakeExit(exit);
            }
            else if (known is null && process.State == ProcessState.Running)
            {
                Record(new PlanEvent.RunEnded(now, process.Name, process.Run, null, null));
            }
        }

        var live = _plan.Processes.Where(p => p.IsLive).Select(KeyOf).ToHashSet();
        _leftovers.AddRange(runs.Where(r => !live.Contains(r.Key)).Select(r => (r.Key, r.Exit is not null)));
    }

    private void RecordBroker()
    {
        if (_plan.IsTerminal)
        {
            if (Directory.Exists(Folder.Path))
            {
                Folder.MarkRecorded(_plan.State);
            }

            IsRecorded = true;
        }
    }

    /// <summary>One round of work.</summary>
    /// <returns>Whether there is another one to do at once.</returns>
    private async Task<bool> StepAsync()
    {
        await RemoveLeftoversAsync();
        if (_plan is { HasSandbox: false, Ending: null, IsTerminal: false })
        {
            return _parts.MayBegin(Id) && Record(_launch.Prepare());
        }

        var step = _plan.Next(_parts.Time.GetUtcNow(), _parts.KillWait);
        _ = Record([.. step.Starts.Select(s => new PlanEvent.RunForked(_parts.Time.GetUtcNow(), s.Process, s.Run))]);
        var forked = _plan.Processes.Where(p => p.State == ProcessState.Forked).ToArray();
        if (forked.Length > 0)
        {
            return Record(await (step.Stop == StopPhase.None ? LaunchAsync(forked) : GiveUpAsync(forked)));
        }

        Show();
        if (_plan.IsTerminal)
        {
            return false;
        }

        if (_plan.Ending is null)
        {
            _health.Begin(_plan, () => _launch.SettingOf(_plan.Ports), _parts.Time.GetUtcNow());
        }
        else
        {
            await _health.EndAsync();
            if (await _stop.StepAsync(_plan, step, Measure, _stopping) is { } fact)
            {
                return Record(fact);
            }
        }

        if (step.NextDue is { } due)
        {
            _parts.Due.Add(due, () => Post(new TaskInput.Due()));
        }

        return false;
    }

    private async Task<PlanEvent[]> LaunchAsync(IReadOnlyList<ProcessProgress> forked) =>
        await Task.WhenAll(forked.Select(p => _launch.StartAsync(p.Name, p.Run, _plan.Ports, _stopping)));

    // The task ends, and of these runs it is not known whether they were launched. They are not launched now; what there is of them is ended.
    private async Task<PlanEvent[]> GiveUpAsync(IReadOnlyList<ProcessProgress> forked)
    {
        foreach (var process in forked)
        {
            await _parts.Launcher.KillAsync(KeyOf(process), _stopping);
            _leftovers.Add((KeyOf(process), false));
        }

        return [.. forked.Select(p => new PlanEvent.RunEnded(_parts.Time.GetUtcNow(), p.Name, p.Run, null, null))];
    }

    private ResourceUsage? Measure() => _parts.Isolation.Read(Id.Value) is { } usage
        ? new ResourceUsage { CpuSecs = usage.CpuSecs, RamPeak = usage.RamPeak, Disk = _parts.DiskOf(Id.Value) }
        : null;

    // What a process leaves in its session ends with it (aurora-spec section 3.3). Forgotten only now: its end is on disk.
    private async Task RemoveLeftoversAsync()
    {
        while (_leftovers.Count > 0)
        {
            var (key, ended) = _leftovers[^1];
            await (ended ? _parts.Launcher.CleanUpAsync(key, _stopping) : _parts.Launcher.KillAsync(key, _stopping));
            _parts.Launcher.Forget(key);
            _leftovers.RemoveAt(_leftovers.Count - 1);
        }
    }

    private void Wake(TimeSpan wait) => _parts.Due.Add(_parts.Time.GetUtcNow() + wait, () => Post(new TaskInput.Due()));

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

        var ends = _plan.IsTerminal && !_visible.IsTerminal;
        if (ends)
        {
            // Before the end is told: who hears of it may count on the ports, and finds no group.
            _parts.Ports.Release(Id.Value);
            _parts.Isolation.Remove(Id.Value);
        }

        _visible = _plan;
        _changed(this);
        if (ends)
        {
            Log.TaskEnded(_parts.Logger, Id, _plan.State, _plan.Changes[^1].Message);
            _ = _ended.TrySetResult();
        }
    }

    private ProcessRunKey KeyOf(ProcessProgress process) => new(Id.Value, process.Name, process.Run);
}
