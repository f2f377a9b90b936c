using Aurora.Core.Errors;

namespace Aurora.Worker.Isolation;

/// <summary>Windows: the launcher's job objects confine and find a task's processes, so there is nothing left to do here. Disk is not enforced there.</summary>
internal sealed class JobObjectIsolation : ITaskIsolation
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Attributes { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["isolation"] = "job_object",
        ["enforces_memory"] = "limit",
        ["enforces_processes"] = "limit",
        ["enforces_cpu"] = "none",
        ["enforces_disk"] = "none",
    };

    /// <inheritdoc/>
    public Fault? Prepare(string taskId, TaskLimits limits) => null;

    /// <inheritdoc/>
    public GroupEntry? EntryOf(string taskId) => null;

    /// <inheritdoc/>
    public TaskUsage? Read(string taskId) => null;

    /// <inheritdoc/>
    public int Count(string taskId) => 0;

    /// <inheritdoc/>
    public int Terminate(string taskId) => 0;

    /// <inheritdoc/>
    public int Kill(string taskId) => 0;

    /// <inheritdoc/>
    public void Remove(string taskId)
    {
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> RemoveOthers(IReadOnlySet<string> known) => [];

    /// <inheritdoc/>
    public void Close()
    {
    }
}
