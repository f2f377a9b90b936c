using System.Runtime.CompilerServices;
using Aurora.Client.Files;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Client;

public sealed partial class AuroraClient
{
    /// <summary>Lists a folder of a task's sandbox, as long as its worker keeps it.</summary>
    /// <param name="task">The task.</param>
    /// <param name="path">The folder, relative to the sandbox; empty for the sandbox itself.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>What is there, by name; at most 10,000 entries.</returns>
    /// <exception cref="AuroraException">AUR2005: no such task, or its worker keeps it no more. AUR2010: no such folder, or one that is not listed for others. AUR3007: the worker did not answer.</exception>
    public async Task<TaskFileList> ListTaskFilesAsync(TaskId task, string path, CancellationToken cancellationToken)
    {
        var request = new ListTaskFiles(_options.NewCommandId(), _options.User, task, path);
        return (await _sender.SendAsync(request, AuroraJson.Default.TaskFileList, cancellationToken).ConfigureAwait(false)).Result;
    }

    /// <summary>Reads one chunk of a file in a task's sandbox.</summary>
    /// <param name="query">Which bytes.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The bytes; fewer than asked for at the end of the file.</returns>
    /// <exception cref="AuroraException">As in <see cref="ListTaskFilesAsync"/>.</exception>
    public async Task<FileChunk> ReadTaskFileAsync(TaskFileQuery query, CancellationToken cancellationToken)
    {
        var request = new ReadTaskFile(_options.NewCommandId(), _options.User, query.TaskId, query.Path, query.Offset, query.MaxBytes);
        return (await _sender.SendAsync(request, AuroraJson.Default.FileChunk, cancellationToken).ConfigureAwait(false)).Result;
    }

    /// <summary>Reads a file from the query's offset up to what it holds at the first look, chunk by chunk: a file that grows meanwhile is not followed.</summary>
    /// <param name="query">Where to begin.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The bytes, in order; none of the pieces is empty.</returns>
    /// <exception cref="AuroraException">As in <see cref="ListTaskFilesAsync"/>.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadTaskFileBytesAsync(TaskFileQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? end = null;
        while (true)
        {
            var chunk = await ReadTaskFileAsync(query, cancellationToken).ConfigureAwait(false);
            end ??= chunk.Length;
            var data = chunk.Data.AsMemory(0, (int)Math.Clamp(end.Value - chunk.Offset, 0, chunk.Data.Length));
            if (data.Length > 0)
            {
                yield return data;
            }

            var next = chunk.Offset + data.Length;
            if (next >= end || data.Length == 0)
            {
                yield break; // To the end, or the file has become shorter meanwhile.
            }

            query = query with { Offset = next };
        }
    }
}
