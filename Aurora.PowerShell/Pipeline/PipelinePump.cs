using System.Collections.Concurrent;

namespace Aurora.PowerShell.Pipeline;

/// <summary>
/// Runs asynchronous work to its end on the thread that calls: what follows an await comes back to this thread, where alone a cmdlet may write objects.
/// Progress that arrives after the end is dropped.
/// </summary>
internal sealed class PipelinePump : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _queue = [];

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            _queue.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            // The work has ended; nobody waits for this any more.
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing sends synchronously to the pipeline thread.");

    internal static void Run(Func<Task> work)
    {
        var before = Current;
        var pump = new PipelinePump();
        SetSynchronizationContext(pump);
        try
        {
            var running = work();
            running.ContinueWith(_ => pump._queue.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            foreach (var (callback, state) in pump._queue.GetConsumingEnumerable())
            {
                callback(state);
            }

            running.GetAwaiter().GetResult(); // It has ended; this only throws what it threw.
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
