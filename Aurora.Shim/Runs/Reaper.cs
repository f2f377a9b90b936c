using Aurora.Shim.Native;

namespace Aurora.Shim.Runs;

/// <summary>
/// The thread that waits for children. It blocks in waitid for any child rather than polling a pidfd for each: they all are own children, and one
/// call serves thousands. While there are no children it waits for the next start.
/// </summary>
/// <param name="runs">The runs.</param>
internal sealed class Reaper(RunTable runs)
{
    private readonly object _gate = new();
    private bool _started;

    /// <summary>Starts the thread.</summary>
    public void Start() => new Thread(Loop, maxStackSize: 256 * 1024) { IsBackground = true, Name = "reaper" }.Start();

    /// <summary>Says that a process was started.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _started = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Loop()
    {
        while (true)
        {
            if (ChildWait.ForEnd() is var ended and > 0)
            {
                runs.Reap(ended);
            }
            else
            {
                WaitForStart();
            }
        }
    }

    private void WaitForStart()
    {
        lock (_gate)
        {
            while (!_started)
            {
                Monitor.Wait(_gate);
            }

            _started = false;
        }
    }
}
