using System.Collections.Concurrent;
using Aurora.Worker.Processes;

namespace Aurora.Worker.Health;

/// <summary>
/// Hands the ends of shell health checks to the checks that wait for them. One per agent: the agent shows it every end before it looks for the end's task, since the runs of
/// checks are no processes of the plan. Thread-safe.
/// </summary>
/// <param name="forget">Drops an end that nobody waits for (<see cref="IProcessLauncher.Forget"/>): of a check of an earlier agent, or one that was given up.</param>
internal sealed class HealthExits(Action<ProcessRunKey> forget)
{
    /// <summary>The process name of checks. No process of a job can have it, because those do not begin with a dot.</summary>
    public const string ProcessName = ".health";

    private readonly ConcurrentDictionary<ProcessRunKey, TaskCompletionSource<ProcessExit>> _waiting = new();

    /// <summary>Takes an end, if it is a check's.</summary>
    /// <param name="exit">Any end.</param>
    /// <returns>True when it was a check's: nothing is left to do with it.</returns>
    public bool Take(ProcessExit exit)
    {
        if (exit.Key.Process != ProcessName)
        {
            return false;
        }

        if (_waiting.TryGetValue(exit.Key, out var waiting))
        {
            waiting.TrySetResult(exit);
        }
        else
        {
            forget(exit.Key);
        }

        return true;
    }

    /// <summary>Begins to wait for an end; before the launch, since an end may be told before its launch has returned.</summary>
    /// <param name="key">The run.</param>
    /// <returns>The end.</returns>
    public Task<ProcessExit> Expect(ProcessRunKey key) =>
        _waiting.GetOrAdd(key, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Waits no more, and has the launcher forget the run.</summary>
    /// <param name="key">The run.</param>
    public void Drop(ProcessRunKey key)
    {
        _waiting.TryRemove(key, out _);
        forget(key);
    }
}
