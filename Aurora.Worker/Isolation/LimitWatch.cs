using System.Collections.Concurrent;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Isolation;

/// <summary>
/// Looks at every living task in turn and tells of a breach, once for each task: its use every second where it is sampled, every 5 seconds where the kernel enforces; its folders
/// every 10 seconds, and sooner when they grow towards the grant. Looks are spread over the interval. Started by the agent; one loop.
/// Weak: while one very large sandbox is measured (a million files: some seconds) the other tasks wait.
/// </summary>
/// <param name="isolation">Tells the use.</param>
/// <param name="live">The tasks that live now: id, limits, and the folders that count against the disk grant.</param>
/// <param name="breach">Told of a breach: the task, and the message for people. Called from the loop; must be quick.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of what fails.</param>
[SupportedOSPlatform("linux")]
internal sealed class LimitWatch(
    ITaskIsolation isolation,
    Func<IEnumerable<(string TaskId, TaskLimits Limits, string[] Folders)>> live,
    Action<string, string> breach,
    TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan SampledInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GroupInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(0.5);

    private readonly ConcurrentDictionary<string, WatchedTask> _tasks = new(StringComparer.Ordinal);
    private readonly long _start = time.GetTimestamp();
    private readonly bool _sampled = isolation.Attributes.GetValueOrDefault(IsolationAttributes.Isolation) == IsolationAttributes.Sampling;
    private bool _begun;

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
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (taskId, limits, folders) in live())
        {
            cancellationToken.ThrowIfCancellationRequested();
            seen.Add(taskId);
            var watched = _tasks.GetOrAdd(taskId, id => Begin(id, now));
            try
            {
                LookAtUsage(taskId, limits, watched, now);
                LookAtDisk(taskId, limits, folders, watched, now, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.LookFailed(logger, taskId, e);
            }
        }

        foreach (var gone in _tasks.Keys.Where(id => !seen.Contains(id)))
        {
            _tasks.TryRemove(gone, out _);
        }

        _begun = true;
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

    private WatchedTask Begin(string taskId, TimeSpan now)
    {
        // All tasks that were there at the agent's start come at once, so they are spread by their names. A later one comes at its own time, and its first look is early.
        // One look of the sampling serves all tasks, so those are not spread: that would cost a look for each.
        var share = (uint)string.GetHashCode(taskId, StringComparison.Ordinal) / (double)uint.MaxValue;
        var usage = _sampled ? now : now + (share * UsageInterval);
        var disk = now + (_begun ? DiskPace.Least : share * DiskPace.Usual);
        return new WatchedTask(usage, disk, now);
    }

    private void LookAtUsage(string taskId, TaskLimits limits, WatchedTask watched, TimeSpan now)
    {
        if (watched.NextUsage > now)
        {
            return;
        }

        watched.NextUsage = now + UsageInterval;
        var before = watched.Usage;
        var usage = isolation.Read(taskId);
        watched.Usage = usage ?? before;
        Tell(taskId, watched, LimitCheck.Breach(limits, before, usage, null));
    }

    private void LookAtDisk(string taskId, TaskLimits limits, string[] folders, WatchedTask watched, TimeSpan now, CancellationToken cancellationToken)
    {
        if (watched.NextDisk > now)
        {
            return;
        }

        var begun = time.GetTimestamp();
        var size = FolderUsage.Measure(folders, cancellationToken);
        watched.Measured(now, time.GetElapsedTime(begun), size.Bytes, limits.Disk);
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
