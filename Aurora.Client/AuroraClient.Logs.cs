using System.Runtime.CompilerServices;
using Aurora.Client.Logs;
using Aurora.Core.Messages;

namespace Aurora.Client;

public sealed partial class AuroraClient
{
    /// <summary>Reads one chunk of what a process wrote.</summary>
    /// <param name="query">Which bytes.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The bytes; fewer than asked for at the end of the file.</returns>
    public async Task<LogChunk> ReadTaskLogAsync(TaskLogQuery query, CancellationToken cancellationToken)
    {
        var request = new ReadTaskLog(_options.NewCommandId(), _options.User, query.TaskId, query.Process, query.Run, query.Stream, query.Offset, query.MaxBytes);
        return (await _sender.SendAsync(request, AuroraJson.Default.LogChunk, cancellationToken).ConfigureAwait(false)).Result;
    }

    /// <summary>Reads from the query's offset up to what the file holds at the first look.</summary>
    /// <param name="query">Where to begin.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The chunks, in order; none is empty.</returns>
    public IAsyncEnumerable<LogChunk> ReadWholeTaskLogAsync(TaskLogQuery query, CancellationToken cancellationToken) => ReadOnAsync(query, follow: false, cancellationToken);

    /// <summary>Reads from the query's offset and goes on as the process writes, until its run has ended and everything was read. Stays with the run that it began with.</summary>
    /// <param name="query">Where to begin.</param>
    /// <param name="cancellationToken">Stops following.</param>
    /// <returns>The chunks, in order; none is empty.</returns>
    public IAsyncEnumerable<LogChunk> FollowTaskLogAsync(TaskLogQuery query, CancellationToken cancellationToken) => ReadOnAsync(query, follow: true, cancellationToken);

    private async IAsyncEnumerable<LogChunk> ReadOnAsync(TaskLogQuery query, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? end = null;
        while (true)
        {
            var chunk = await ReadTaskLogAsync(query, cancellationToken).ConfigureAwait(false);
            end ??= chunk.Length;
            if (chunk.Data.Length > 0)
            {
                yield return chunk;
            }

            var next = chunk.Offset + chunk.Data.Length;
            var caughtUp = chunk.Data.Length == 0 || next >= chunk.Length;
            if (follow ? chunk.Ended && caughtUp : next >= end || chunk.Data.Length == 0)
            {
                yield break;
            }

            query = query with { Process = chunk.Process, Run = chunk.Run, Offset = next };
            if (caughtUp)
            {
                await Task.Delay(_options.PollInterval, _options.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
