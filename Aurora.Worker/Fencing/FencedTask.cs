using Aurora.Worker.Agent;

namespace Aurora.Worker.Fencing;

/// <summary>A task that ends when the broker is not heard. Touched only under the fence's lock.</summary>
/// <param name="task">The task.</param>
/// <param name="stopAfter">Its limit.</param>
/// <param name="since">When it came, since boot; null for one that an earlier agent left.</param>
internal sealed class FencedTask(TaskOnWorker task, TimeSpan stopAfter, TimeSpan? since)
{
    /// <summary>The task.</summary>
    public TaskOnWorker Task { get; } = task;

    /// <summary>Its limit.</summary>
    public TimeSpan StopAfter { get; } = stopAfter;

    /// <summary>When it came, since boot.</summary>
    public TimeSpan? Since { get; } = since;

    /// <summary>The first heartbeat that was sent after the bus had a report of the task.</summary>
    public long? Gate { get; set; }

    /// <summary>Whether it was let begin.</summary>
    public bool HasBegun { get; set; }

    /// <summary>Whether it was told to end.</summary>
    public bool IsEnding { get; set; }
}
