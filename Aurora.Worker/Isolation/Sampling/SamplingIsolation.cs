using System.Runtime.Versioning;
using Aurora.Core.Errors;
using Aurora.Shim.Native;
using Aurora.Shim.Trees;

namespace Aurora.Worker.Isolation.Sampling;

/// <summary>
/// Where cgroups are not permitted: nothing is confined, but tasks' processes are found and counted by looking at all processes. One look serves all tasks for 200 ms, and for 40 ms those
/// that end.
/// Weak, and said so by the host attributes: what starts and ends between two looks is not counted; shared memory counts once for each process; a breach is seen only after it;
/// a process that wiped its environment and left its session and its parent between two looks is not found.
/// </summary>
/// <param name="time">The clock.</param>
[SupportedOSPlatform("linux")]
internal sealed class SamplingIsolation(TimeProvider time) : ITaskIsolation
{
    private const int Sigstop = 19;
    private const int StopRounds = 20;

    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(200);

    /// <summary>The least time between two looks of those who wait for tasks to end: they share one, however many tasks end.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private readonly Lock _gate = new();
    private readonly ProcessScan _scan = new();
    private readonly TaskMembership _membership = new(Environment.ProcessId);
    private readonly Dictionary<string, SampledTask> _tasks = new(StringComparer.Ordinal);
    private Dictionary<string, List<ProcessSample>> _latest = [];
    private long? _latestAt;
    private long _latestBegan;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Attributes { get; } = IsolationAttributes.OfSampling();

    /// <inheritdoc/>
    public Fault? Prepare(string taskId, TaskLimits limits)
    {
        lock (_gate)
        {
            _tasks.TryAdd(taskId, new SampledTask());
            return null;
        }
    }

    /// <inheritdoc/>
    public GroupEntry? EntryOf(string taskId) => null;

    /// <inheritdoc/>
    public TaskUsage? Read(string taskId)
    {
        lock (_gate)
        {
            if (!_tasks.TryGetValue(taskId, out var task))
            {
                return null;
            }

            Look(Freshness);
            return task.Usage;
        }
    }

    /// <inheritdoc/>
    public int Count(string taskId)
    {
        lock (_gate)
        {
            // An older look may show what has ended since, and not what was started since.
            return Members(taskId, TimeSpan.Zero).Count;
        }
    }

    /// <inheritdoc/>
    public bool? IsEmpty(string taskId, long since)
    {
        lock (_gate)
        {
            var isEmpty = Members(taskId, Pause).Count == 0;
            return _latestBegan >= since ? isEmpty : null;
        }
    }

    /// <inheritdoc/>
    public int Terminate(string taskId)
    {
        lock (_gate)
        {
            var members = Members(taskId, Pause) is { Count: > 0 } found ? found : Members(taskId, TimeSpan.Zero);
            if (members.Count == 0)
            {
                return 0;
            }

            // The moment is after the look and before the first signal: all that were found were there, and nothing that a signal has started was.
            var lastPid = KernelTasks.Read().LastPid;
            var termination = new Termination(BootClock.Ticks(), lastPid);
            if (_tasks.TryGetValue(taskId, out var task))
            {
                task.Termination = termination;
            }

            return Tell(termination.First(members));
        }
    }

    /// <inheritdoc/>
    public bool TerminateRest(string taskId)
    {
        lock (_gate)
        {
            if (!_tasks.TryGetValue(taskId, out var task) || task.Termination is not { } termination)
            {
                return false;
            }

            _ = Tell(termination.Next(Members(taskId, Pause)));
            return true;
        }
    }

    /// <inheritdoc/>
    public int Kill(string taskId)
    {
        lock (_gate)
        {
            // What is stopped starts nothing more, and still fills its user's limit of processes: so a fork bomb comes to rest, and then ends as a whole.
            var members = Members(taskId, TimeSpan.Zero);
            var first = members.Count;
            var stopped = new HashSet<(int Pid, long StartTime)>();
            for (var round = 0; round < StopRounds && members.Exists(m => !stopped.Contains(m.Identity)); round++)
            {
                foreach (var member in members.Where(m => stopped.Add(m.Identity)))
                {
                    PidFd.Signal(member.Pid, member.StartTime, Sigstop);
                }

                members = Members(taskId, TimeSpan.Zero);
            }

            members.ForEach(m => PidFd.Signal(m.Pid, m.StartTime, Libc.Sigkill));
            _latestAt = null;
            return Math.Max(first, members.Count);
        }
    }

    /// <inheritdoc/>
    public void Remove(string taskId)
    {
        lock (_gate)
        {
            _tasks.Remove(taskId);
        }
    }

    /// <summary>Nothing: a marker tells a process's task, but not whose worker's it is, and what another worker started must never be touched. The launcher ends its own stray runs.</summary>
    /// <param name="known">The tasks that are known.</param>
    /// <returns>None.</returns>
    public IReadOnlyList<string> RemoveOthers(IReadOnlySet<string> known) => [];

    /// <inheritdoc/>
    public void Close()
    {
    }

    private static int Tell(List<ProcessSample> processes) => processes.Count(p => PidFd.Signal(p.Pid, p.StartTime, Libc.Sigterm));

    private List<ProcessSample> Members(string taskId, TimeSpan freshness)
    {
        Look(freshness);
        return _latest.TryGetValue(taskId, out var members) ? members : [];
    }

    private void Look(TimeSpan freshness)
    {
        if (_latestAt is { } at && time.GetElapsedTime(at) < freshness)
        {
            return;
        }

        // All processes are read before the clock: none of them can seem to have started later.
        _latestBegan = time.GetTimestamp();
        var all = _scan.ReadAll();
        _latest = _membership.Divide(all, BootClock.Ticks(), _scan.TaskOf);
        _latestAt = time.GetTimestamp();
        foreach (var (taskId, task) in _tasks)
        {
            task.Add(_latest.TryGetValue(taskId, out var members) ? members : []);
        }
    }
}
