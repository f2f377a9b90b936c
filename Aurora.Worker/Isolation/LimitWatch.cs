using System.Collections.Concurrent;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Isolation;

/// <summary>
/// Looks at every living task in turn and tells of a breach, once for each task: its use every second where it is sampled, every 5 seconds where the kernel enforces; its folders
/// every 10 seconds, and sooner when they grow towards the grant. Looks are spread over the interval. A task that used no processor time since a look is not looked at again, for up
/// to a minute: it cannot have done anything. Started by the agent; one loop.
/// Weak: while one very large sandbox is measured (a million files: some seconds) the other tasks wait.
/// </summary>
/// <param name="isolation">Tells the use.</param>
/// <param name="live">The tasks that live now.</param>
/// <param name="folders">The folders of a task that count against its disk grant.</param>
/// <param name="breach">Told of a breach: the task, and the message for people. Called from the loop; must be quick.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of what fails.</param>
[SupportedOSPlatform("linux")]
internal sealed class LimitWatch(
    ITaskIsolation isolation,
    Func<IEnumerable<(string TaskId, TaskLimits Limits)>> live,
    Func<string, string[]> folders,
    Action<string, string> breach,
    TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan SampledInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GroupInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    /// <summary>A round that comes a little early does what would be due a little later, which would otherwise wait for another whole round.</summary>
    private static readonly TimeSpan Early = Round / 10;

    private readonly ConcurrentDictionary<string, WatchedTask> _tasks = new(StringComparer.Ordinal);
    private readonly long _start = time.GetTimestamp();
    private readonly bool _sampled = isolation.Attributes.GetValueOrDefault(IsolationAttributes.Isolation) == IsolationAttributes.Sampling;
    private long _round;

    private TimeSpan UsageInterval => _sampled ? SampledInterval : GroupInterval;

    /// <summary>Runs until it is cancelled.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that ends then.</returns>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Round, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                RunGuarded(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The agent ends.
        }
    }

    /// <summary>Does what is due.</summary>
    /// <param name="now">The time since the watch was made.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public void RunOnce(TimeSpan now, CancellationToken cancellationToken = default)
    {
        _round++;
        isolation.RemoveLeftovers(); // Here, since nothing else comes round when the last task is gone.
        foreach (var (taskId, limits) in live())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var watched = Watched(taskId, now);
            try
            {
                Look(taskId, limits, watched, now + Early, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.LookFailed(logger, taskId, e);
            }
        }

        foreach (var (taskId, watched) in _tasks)
        {
            if (watched.Round != _round)
            {
                _tasks.TryRemove(taskId, out _);
            }
        }
    }

    /// <summary>What a task's sandbox and logs occupied at the latest look.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>Bytes; null before the first look, and when the task lives no more.</returns>
    public long? DiskOf(string taskId) => _tasks.TryGetValue(taskId, out var watched) ? watched.Disk : null;

    /// <summary>What a task used at the latest look.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>The use; null before the first look, and when the task lives no more.</returns>
    public TaskUsage? UsageOf(string taskId) => _tasks.TryGetValue(taskId, out var watched) ? watched.Usage : null;

    private void RunGuarded(CancellationToken cancellationToken)
    {
        try
        {
            RunOnce(time.GetElapsedTime(_start), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.RoundFailed(logger, e);
        }
    }

    private WatchedTask Watched(string taskId, TimeSpan now)
    {
        if (!_tasks.TryGetValue(taskId, out var watched))
        {
            _tasks[taskId] = watched = Begin(taskId, now);
        }

        watched.Round = _round;
        return watched;
    }

    private WatchedTask Begin(string taskId, TimeSpan now)
    {
        // All tasks that were there at the agent's start come at once, so they are spread by their names. A later one comes at its own time, and its first look is early.
        // One look of the sampling serves all tasks, so those are not spread: that would cost a look for each.
        var share = (uint)string.GetHashCode(taskId, StringComparison.Ordinal) / (double)uint.MaxValue;
        var usage = _sampled ? now : now + (share * UsageInterval);
        var disk = now + (_round > 1 ? DiskPace.Least : share * DiskPace.Usual);
        return new WatchedTask(usage, disk, now);
    }

    private void Look(string taskId, TaskLimits limits, WatchedTask watched, TimeSpan now, CancellationToken cancellationToken)
    {
        if (watched.NextUsage > now && watched.NextDisk > now)
        {
            return;
        }

        // Read before everything else: what is used while it is looked at shows at the next look.
        var glimpse = new Glimpse(now, isolation.ReadProcessorTime(taskId));
        if (watched.NextUsage <= now)
        {
            LookAtUsage(taskId, limits, watched, glimpse);
        }

        if (watched.NextDisk <= now)
        {
            LookAtDisk(taskId, limits, watched, glimpse, cancellationToken);
        }
    }

    private void LookAtUsage(string taskId, TaskLimits limits, WatchedTask watched, Glimpse glimpse)
    {
        watched.NextUsage = glimpse.At + UsageInterval;
        if (watched.UsageSeen.Holds(glimpse.At, glimpse.ProcessorTime))
        {
            return;
        }

        var before = watched.Usage;
        var usage = isolation.Read(taskId);
        watched.Usage = usage ?? before;
        watched.UsageSeen = glimpse;
        Tell(taskId, watched, LimitCheck.Breach(limits, before, usage, null));
    }

    private void LookAtDisk(string taskId, TaskLimits limits, WatchedTask watched, Glimpse glimpse, CancellationToken cancellationToken)
    {
        if (watched.DiskSeen.Holds(glimpse.At, glimpse.ProcessorTime))
        {
            watched.Unchanged(glimpse.At);
            return;
        }

        var begun = time.GetTimestamp();
        var size = FolderUsage.Measure(folders(taskId), cancellationToken);
        watched.Measured(glimpse.At, time.GetElapsedTime(begun), size.Bytes, limits.Disk);
        watched.DiskSeen = glimpse;
        if (!size.Whole && !watched.MeasuredInPart)
        {
            watched.MeasuredInPart = true;
            Log.MeasuredInPart(logger, taskId, size.Bytes);
        }

        Tell(taskId, watched, LimitCheck.Breach(limits, null, null, size.Bytes));
    }

    private void Tell(string taskId, WatchedTask watched, string? message)
    {
        if (message is null || watched.Breached)
        {
            return;
        }

        watched.Breached = true;
        Log.OverLimit(logger, taskId, message);
        breach(taskId, message);
    }
}
