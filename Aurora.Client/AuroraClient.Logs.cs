using System.Runtime.CompilerServices;
using Aurora.Client.Jobs;
using Aurora.Client.Logs;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
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

    /// <summary>Finds the attempt at an instance whose log is worth reading: the newest one that has started a process.</summary>
    /// <param name="job">The job.</param>
    /// <param name="instance">The instance.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The task.</returns>
    /// <exception cref="AuroraException">AUR2005: no such instance, or none of its tasks has started a process; the message says why it is pending.</exception>
    public async Task<TaskId> FindStartedTaskAsync(JobKey job, int instance, CancellationToken cancellationToken)
    {
        TaskSummary? newest = null;
        await foreach (var task in GetTasksAsync(new TaskQuery(JobPattern.Of(job)) { Instances = [instance] }, cancellationToken).ConfigureAwait(false))
        {
            if (task.Processes.Count > 0)
            {
                return task.TaskId;
            }

            newest ??= task;
        }

        throw new AuroraException(ErrorCodes.TaskNotFound, newest is null
            ? $"Job {job} has no instance {instance}. 'aurora job status {job}' shows its tasks."
            : $"No task of {job}/{instance} has started a process yet; the newest is {newest.State.ToString().ToUpperInvariant()}{(newest.PendingReason is null ? "" : $": {newest.PendingReason}")}.");
    }

    /// <summary>Reads what a process wrote, as bytes for a terminal or a file.</summary>
    /// <param name="query">Which log; its offset counts when <paramref name="tail"/> is null.</param>
    /// <param name="tail">Only the last so many lines (of the last MiB); null for all.</param>
    /// <param name="follow">Whether to go on until the run has ended.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The bytes, in order.</returns>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadTaskLogBytesAsync(
        TaskLogQuery query, int? tail, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (tail is { } lines)
        {
            var end = await ReadTaskLogAsync(query with { Offset = -TaskLogQuery.LargestChunk, MaxBytes = TaskLogQuery.LargestChunk }, cancellationToken).ConfigureAwait(false);
            yield return end.Data.AsMemory(LogTail.Start(end.Data, lines));
            query = query with { Process = end.Process, Run = end.Run, Offset = end.Offset + end.Data.Length };
            if (!follow)
            {
                yield break;
            }
        }

        await foreach (var chunk in ReadOnAsync(query, follow, cancellationToken).ConfigureAwait(false))
        {
            yield return chunk.Data;
        }
    }

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
