using Aurora.Core.Jobs;

namespace Aurora.Worker.Sandbox;

/// <summary>
/// The folder in which a worker keeps everything. Only its own user writes in it; others may pass through, so that a role reaches its task's sandbox, but not list it.
/// </summary>
/// <param name="Path">An absolute path.</param>
internal sealed record WorkerFolder(string Path)
{
    /// <summary>One folder per task.</summary>
    public string Tasks => System.IO.Path.Combine(Path, "tasks");

    /// <summary>Where a task's folder is moved before it is removed: out of reach of the role, and gone in one step.</summary>
    public string Trash => System.IO.Path.Combine(Path, "trash");

    /// <summary>Held locked by the agent.</summary>
    public string Lock => System.IO.Path.Combine(Path, "agent.lock");

    /// <summary>The sessions that were on this folder.</summary>
    public string Sessions => System.IO.Path.Combine(Path, "sessions");

    /// <summary>When the worker was last in touch with the leader.</summary>
    public string Contact => System.IO.Path.Combine(Path, "contact");

    /// <summary>The folder of a task.</summary>
    /// <param name="task">The task.</param>
    /// <returns>Its folder, which need not exist.</returns>
    public TaskFolder Of(TaskId task) => new(System.IO.Path.Combine(Tasks, TaskFolder.NameOf(task)));

    /// <summary>Every task's folder that is there.</summary>
    /// <returns>The folders, in no order.</returns>
    public IEnumerable<TaskFolder> All() => Directory.EnumerateDirectories(Tasks).Select(path => new TaskFolder(path));

    /// <summary>Makes the tree.</summary>
    public void Create()
    {
        Ownership.MakeFolder(Path, Ownership.PassThrough);
        Ownership.MakeFolder(Tasks, Ownership.PassThrough);
        Ownership.MakeFolder(Trash, Ownership.Private);
    }
}
