using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Agent;

/// <summary>
/// The sessions that were on a worker's folder, the last one first. By it the broker tells an agent that was started again from another agent under the same id (aurora-worker on two machines
/// with one configuration), whatever the clocks say.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="logger">The log.</param>
internal sealed class SessionBook(string path, ILogger logger)
{
    private const int Kept = 8;

    /// <summary>Writes a new session down.</summary>
    /// <param name="session">The session.</param>
    /// <returns>Those before it.</returns>
    public IReadOnlyList<Guid> Open(Guid session)
    {
        Guid[] before = [];
        try
        {
            before = File.Exists(path) ? [.. File.ReadLines(path).Take(Kept).Select(Parse).OfType<Guid>()] : [];
            var fresh = path + ".new";
            File.WriteAllLines(fresh, [session.ToString(), .. before.Take(Kept - 1).Select(b => b.ToString())]);
            File.Move(fresh, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.SessionNotWritten(logger, e);
        }

        return before;
    }

    private static Guid? Parse(string line) => Guid.TryParse(line, out var session) ? session : null;
}
