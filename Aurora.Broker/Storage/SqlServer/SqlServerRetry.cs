using Microsoft.Data.SqlClient;

namespace Aurora.Broker.Storage.SqlServer;

/// <summary>
/// Does work again after a transient error, a few times, with growing pauses of random length (two brokers that met in a deadlock must not meet again).
/// All work of the store can be repeated safely, also when the first try did succeed and only its answer was lost: rows are written by key under the
/// same epoch, and a lease that is taken again has a new epoch. Weak where the server is away for longer than about three seconds: then it gives up.
/// </summary>
/// <param name="time">The pauses go by it.</param>
/// <param name="logger">Where each retry is told.</param>
internal sealed class SqlServerRetry(TimeProvider time, ILogger logger)
{
    private const int Attempts = 6;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Runs the work.</summary>
    /// <typeparam name="T">What it returns.</typeparam>
    /// <param name="attempt">What is attempted, for errors: "commit a batch".</param>
    /// <param name="work">The work; it opens its own connection, because a broken one is of no more use.</param>
    /// <param name="also">What else, besides transient errors, is worth another try.</param>
    /// <param name="cancellationToken">Gives up; how the work went is then unknown.</param>
    /// <returns>The work's result.</returns>
    /// <exception cref="StoreException">It failed for good, or too often.</exception>
    public async Task<T> RunAsync<T>(
        string attempt, Func<CancellationToken, Task<T>> work, Func<SqlException, bool>? also, CancellationToken cancellationToken)
    {
        for (var count = 1; ; count++)
        {
            try
            {
                return await work(cancellationToken).ConfigureAwait(false);
            }
            catch (SqlException e) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException($"Gave up: {attempt}.", e, cancellationToken); // SqlClient reports a cancelled command as an error.
            }
            catch (SqlException e) when (count < Attempts && (SqlServerErrors.IsTransient(e) || also?.Invoke(e) == true))
            {
                var pause = Pause(count, Random.Shared.NextDouble());
                Log.WillRetry(logger, attempt, e.Number, count, pause.TotalMilliseconds);
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }
            catch (SqlException e)
            {
                throw new StoreException($"Could not {attempt}: SQL Server error {e.Number}: {e.Message}", e);
            }
            catch (Exception e) when (e is NotSupportedException or (InvalidOperationException and not ObjectDisposedException))
            {
                // SqlClient: the pool is exhausted, the connection broke before use, or the program runs without ICU, which SQL Server's collations need.
                throw new StoreException($"Could not {attempt}: {e.Message}", e);
            }
        }
    }

    /// <summary>How long to wait after a failed try: a random share of a bound that doubles up to a cap, but never less than half of it.</summary>
    /// <param name="count">How many tries failed, from 1.</param>
    /// <param name="random">A number from 0 to 1.</param>
    /// <returns>The pause.</returns>
    public static TimeSpan Pause(int count, double random)
    {
        var bound = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, count - 1), LongestPause.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(bound * (0.5 + (random / 2)));
    }
}
