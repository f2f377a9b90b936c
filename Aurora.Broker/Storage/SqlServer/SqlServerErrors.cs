using System.Collections.Frozen;
using Microsoft.Data.SqlClient;

namespace Aurora.Broker.Storage.SqlServer;

/// <summary>What SQL Server's error numbers mean to the store.</summary>
internal static class SqlServerErrors
{
    /// <summary>Our own: <c>begin_commit</c> found that the epoch is over.</summary>
    private const int StaleEpoch = 50001;

    // Deadlock victim, lock time-out, snapshot conflict; the server or the database is moving, starting, stopping or busy; the connection broke.
    // A command time-out (-2) is not among them: it has waited long enough, and the broker's loop steps down and says so.
    private static readonly FrozenSet<int> Transient = new[]
    {
        1204, 1205, 1222, 3960, 3961,
        596, 615, 921, 926, 927, 976, 978, 979, 983, 6005, 17142, 17197, 18401, 40143, 40197, 40501, 40540, 40613, 42108, 42109,
        4060, 4221, 10928, 10929, 49918, 49919, 49920,
        20, 64, 121, 233, 258, 997, 1236, 10053, 10054, 10060, 10061, 11001,
    }.ToFrozenSet();

    /// <summary>Whether the same may succeed in a moment.</summary>
    /// <param name="error">The error.</param>
    /// <returns>True for deadlocks, lock time-outs, moving servers and broken connections.</returns>
    public static bool IsTransient(SqlException error) => IsTransient(error.Number) || error.IsTransient;

    /// <summary>Whether the same may succeed in a moment.</summary>
    /// <param name="number">The error's number.</param>
    /// <returns>True for deadlocks, lock time-outs, moving servers and broken connections.</returns>
    public static bool IsTransient(int number) => Transient.Contains(number);

    /// <summary>Whether another broker leads.</summary>
    /// <param name="error">The error.</param>
    /// <returns>True when <c>begin_commit</c> said so.</returns>
    public static bool IsStaleEpoch(SqlException error) => error.Number == StaleEpoch;

    /// <summary>Whether another broker made the same object or row in this moment. 2601 and 2627 mean the same to us: an index, or a constraint, found the key taken.</summary>
    /// <param name="error">The error.</param>
    /// <returns>True when it is there now.</returns>
    public static bool IsThereAlready(SqlException error) => error.Number is 2714 or 2601 or 2627;
}
