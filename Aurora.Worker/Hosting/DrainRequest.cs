using Aurora.Worker.Sandbox;

namespace Aurora.Worker.Hosting;

/// <summary>
/// How <c>aurora-worker --drain</c> tells the running agent of a folder that the worker shall be emptied: a file in the worker's folder, which only the worker's user can write,
/// and which is still there when the agent is replaced meanwhile.
/// </summary>
/// <param name="folder">The worker's folder.</param>
/// <param name="time">The clock.</param>
internal sealed class DrainRequest(WorkerFolder folder, TimeProvider time)
{
    /// <summary>Emptying a worker takes as long as its tasks take to end; and every look wakes an agent that may have nothing else to do for years.</summary>
    private static readonly TimeSpan AgentsLook = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private string File => Path.Combine(folder.Path, "drain");

    /// <summary>Whether somebody asked.</summary>
    public bool IsThere => System.IO.File.Exists(File);

    /// <summary>Asks.</summary>
    public void Make() => System.IO.File.WriteAllBytes(File, []);

    /// <summary>It was done.</summary>
    public void Remove() => System.IO.File.Delete(File);

    /// <summary>Waits until somebody asks.</summary>
    /// <param name="stop">Gives up; then nobody has asked.</param>
    /// <returns>Whether somebody has.</returns>
    public async Task<bool> WaitAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && !IsThere)
        {
            await Task.Delay(AgentsLook, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return !stop.IsCancellationRequested;
    }

    /// <summary>Waits until the agent that was asked has ended, and takes its place when it ended without having done it.</summary>
    /// <param name="stop">Gives up; the agent goes on with it.</param>
    /// <returns>Whether it was done.</returns>
    public async Task<bool> IsDoneByAnotherAsync(CancellationToken stop)
    {
        while (FolderLock.IsTaken(folder))
        {
            await Task.Delay(Look, time, stop);
        }

        return !IsThere;
    }
}
