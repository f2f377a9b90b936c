using System.Runtime.Versioning;
using Aurora.Worker.Native;
using Microsoft.Win32.SafeHandles;

namespace Aurora.Worker.Processes.Windows;

/// <summary>One run as this agent holds it: its record, its process and its jobs. Whoever changes it holds its lock.</summary>
/// <param name="key">The key.</param>
[SupportedOSPlatform("windows")]
internal sealed class WindowsRun(ProcessRunKey key) : IDisposable
{
    private RegisteredWaitHandle? _watch;
    private EventWaitHandle? _end;
    private bool _closed;

    /// <summary>Guards what follows.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The launch, which all callers with the same key await; null before the first, and for a recovered run.</summary>
    public Task<LaunchOutcome>? Launch { get; set; }

    /// <summary>What is known of it.</summary>
    public WindowsRunRecord Record { get; set; } = new(key.TaskId, key.Process, key.Run, WindowsRunStage.Intended);

    /// <summary>Its process, while the agent holds it.</summary>
    public SafeProcessHandle? Process { get; set; }

    /// <summary>Its job.</summary>
    public WindowsJob? Job { get; set; }

    /// <summary>The job of the whole task, in which the run's is nested.</summary>
    public WindowsJob? TaskJob { get; set; }

    /// <summary>The event that asks it to end.</summary>
    public EventWaitHandle? Stop { get; set; }

    /// <summary>Whether the process lives.</summary>
    public bool Lives => Process is { IsClosed: false } process && WindowsKernel.Wait(process, 0) != 0;

    /// <summary>Has the end of the process told.</summary>
    /// <param name="onEnd">Called once, on a thread of the pool, holding <see cref="Gate"/>; not after <see cref="Dispose"/>.</param>
    public void Watch(Action<WindowsRun> onEnd)
    {
        var process = Process ?? throw new InvalidOperationException($"Run {Record.Key} has no process.");
        _end = new ManualResetEvent(false) { SafeWaitHandle = new SafeWaitHandle(process.DangerousGetHandle(), ownsHandle: false) };
        _watch = ThreadPool.RegisterWaitForSingleObject(_end, (_, _) => Ended(onEnd), null, Timeout.Infinite, executeOnlyOnce: true);
    }

    /// <summary>Lets go of the process and the jobs, which stay as they are.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            _closed = true;
            _watch?.Unregister(null);
            _end?.Dispose();
            Process?.Dispose();
            Job?.Dispose();
            TaskJob?.Dispose();
            Stop?.Dispose();
        }
    }

    private void Ended(Action<WindowsRun> onEnd)
    {
        lock (Gate)
        {
            if (!_closed)
            {
                onEnd(this);
            }
        }
    }
}
