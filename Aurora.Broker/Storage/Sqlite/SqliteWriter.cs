using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Aurora.Broker.Storage.Sqlite;

/// <summary>
/// The one writer of a SQLite file in this process: a thread of its own with a bounded queue. SQLite's API is synchronous and its commits wait for
/// the disk; on the pool's threads they would starve everything else. Weak where another process holds the file's lock for long: work behind it waits.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    /// <summary>The loop and the lease keeper each wait for what they asked before they ask again; more than a few means that something is wrong.</summary>
    private const int QueueLength = 64;

    private readonly string file;
    private readonly ILogger logger;
    private readonly BlockingCollection<Action> queue = new(QueueLength);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SqliteSession? session; // Only the thread touches it.
    private int disposed;

    /// <summary>Starts the thread; the file is opened with the first work.</summary>
    /// <param name="file">The file's path.</param>
    /// <param name="logger">Where trouble at the end goes.</param>
    public SqliteWriter(string file, ILogger logger)
    {
        this.file = file;
        this.logger = logger;
        new Thread(Loop) { IsBackground = true, Name = "aurora-sqlite" }.Start();
    }

    /// <summary>Runs work on the thread.</summary>
    /// <typeparam name="T">What it returns.</typeparam>
    /// <param name="attempt">What is attempted, for errors: "commit a batch".</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Before the work begins: it is not done. After: it goes on, and nobody hears how it went.</param>
    /// <returns>The work's result.</returns>
    /// <exception cref="StoreException">The queue is full, or SQLite could not do it.</exception>
    public Task<T> RunAsync<T>(string attempt, Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) == 1, this);
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            if (!queue.TryAdd(() => Do(attempt, work, done, cancellationToken), 0, CancellationToken.None))
                throw new StoreException($"Could not {attempt}: {QueueLength} earlier requests wait for {file}.");
        }
        catch (InvalidOperationException e) // The store was closed between the check above and here.
        {
            throw new ObjectDisposedException($"Could not {attempt}: the store is closed.", e);
        }

        return done.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Does what is queued, then closes the file.</summary>
    /// <returns>A task that ends when the file is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        var isFirst = Interlocked.Exchange(ref disposed, 1) == 0;
        if (isFirst)
            queue.CompleteAdding();
        await ended.Task.ConfigureAwait(false);

        // Not by the thread when it ends: it may end while the queue is still being completed here, which then meets a queue that is gone.
        if (isFirst)
            queue.Dispose();
    }

    private void Loop()
    {
        foreach (var work in queue.GetConsumingEnumerable())
            work();
        try
        {
            session?.Dispose();
        }
        catch (SqliteException e)
        {
            Log.CloseFailed(logger, e);
        }

        ended.SetResult();
    }

    private void Do<T>(string attempt, Func<SqliteSession, T> work, TaskCompletionSource<T> done, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            done.TrySetCanceled(cancellationToken);
            return;
        }

        try
        {
            session ??= SqliteSession.Open(file);
            done.TrySetResult(work(session));
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            done.TrySetException(new StoreException($"Could not {attempt} in {file}: {e.Message}", e));
        }
        catch (Exception e) // The thread's loop: whoever asked gets the exception, and the next work is done.
        {
            done.TrySetException(e);
        }
    }
}
