using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using Aurora.Client.Channels;
using Aurora.Client.Jobs;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Client;

/// <summary>
/// Talks to one cluster's leading broker: one method per operation. Every operation makes its command id once and repeats what is transient with it, so that a
/// command is carried out once whatever is lost on the way; it ends with the answer, or with an <see cref="AuroraException"/> that carries the stable code:
/// the broker's refusal, or AUR3002, AUR3003, AUR3004, AUR3005, AUR3008. Safe to use from several threads.
/// </summary>
public sealed partial class AuroraClient : IAsyncDisposable
{
    private const int PageSize = 500;
    private readonly IRequestChannel _channel;
    private readonly RequestSender _sender;
    private readonly AuroraClientOptions _options;

    /// <summary>Makes a client over a channel.</summary>
    /// <param name="channel">The way to the broker; it ends with the client.</param>
    /// <param name="options">How it behaves.</param>
    public AuroraClient(IRequestChannel channel, AuroraClientOptions options)
    {
        _channel = channel;
        _options = options;
        _sender = new RequestSender(channel, options);
    }

    /// <summary>Creates a job: all its instances become PENDING. Validate the job before; the broker does it again.</summary>
    /// <param name="job">The whole bound job.</param>
    /// <param name="cancellationToken">Gives up waiting; the job may be created nevertheless.</param>
    /// <returns>The broker's words and the job's page.</returns>
    public Task<Answer<JobCreated>> CreateJobAsync(JobConfiguration job, CancellationToken cancellationToken) =>
        _sender.SendAsync(new CreateJob(_options.NewCommandId(), _options.User, job), AuroraJson.Default.JobCreated, cancellationToken);

    /// <summary>Kills tasks of a job; ends when the broker has recorded it, not when the processes are gone.</summary>
    /// <param name="job">The job.</param>
    /// <param name="instances">Which instances; null for all.</param>
    /// <param name="message">Why, for the history; at most 1,024 characters.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The tasks that are being killed.</returns>
    public Task<Answer<TasksKilled>> KillTasksAsync(JobKey job, IReadOnlyList<int>? instances, string? message, CancellationToken cancellationToken) =>
        _sender.SendAsync(new KillTasks(_options.NewCommandId(), _options.User, job, instances, message), AuroraJson.Default.TasksKilled, cancellationToken);

    /// <summary>Starts an update of a service to a new configuration.</summary>
    /// <param name="job">The whole bound new job.</param>
    /// <param name="instances">The scope; null for all.</param>
    /// <param name="message">Why, for the history; at most 1,024 characters.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The update; without an id when nothing would change.</returns>
    public Task<Answer<UpdateStarted>> StartUpdateAsync(JobConfiguration job, IReadOnlyList<int>? instances, string? message, CancellationToken cancellationToken) =>
        _sender.SendAsync(new StartUpdate(_options.NewCommandId(), _options.User, job, instances, message), AuroraJson.Default.UpdateStarted, cancellationToken);

    /// <summary>Stops the active update of a job where it stands; instances stay as they are.</summary>
    /// <param name="job">The job.</param>
    /// <param name="message">Why, for the history; at most 1,024 characters.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The update that was active.</returns>
    public Task<Answer<UpdateEnded>> AbortUpdateAsync(JobKey job, string? message, CancellationToken cancellationToken) =>
        _sender.SendAsync(new AbortUpdate(_options.NewCommandId(), _options.User, job, message), AuroraJson.Default.UpdateEnded, cancellationToken);

    /// <summary>Lists jobs by key, page by page as they are asked for.</summary>
    /// <param name="jobs">Which jobs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The jobs.</returns>
    public IAsyncEnumerable<JobSummary> GetJobsAsync(JobPattern jobs, CancellationToken cancellationToken) => ByPageAsync(
        after => new GetJobs(_options.NewCommandId(), _options.User, jobs.Role, jobs.Environment, jobs.Name, after, PageSize),
        AuroraJson.Default.JobPage, page => (page.Jobs, page.Next), cancellationToken);

    /// <summary>Lists tasks, active ones first and the newest attempt first per instance, page by page as they are asked for.</summary>
    /// <param name="query">Which tasks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The tasks.</returns>
    public IAsyncEnumerable<TaskSummary> GetTasksAsync(TaskQuery query, CancellationToken cancellationToken) => ByPageAsync(
        after => new GetTasks(_options.NewCommandId(), _options.User, query.Jobs.Role, query.Jobs.Environment, query.Jobs.Name,
            query.Instances, query.TaskId, query.ActiveOnly, after, PageSize),
        AuroraJson.Default.TaskPage, page => (page.Tasks, page.Next), cancellationToken);

    /// <summary>The newest updates of a job, newest first, at most 100.</summary>
    /// <param name="job">The job.</param>
    /// <param name="updateId">One update; null for all.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The updates.</returns>
    public async Task<IReadOnlyList<UpdateSummary>> GetUpdatesAsync(JobKey job, string? updateId, CancellationToken cancellationToken)
    {
        var request = new GetUpdates(_options.NewCommandId(), _options.User, job, updateId, 100);
        return (await _sender.SendAsync(request, AuroraJson.Default.UpdatePage, cancellationToken).ConfigureAwait(false)).Result.Updates;
    }

    /// <summary>Asks about the cluster and its workers.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The cluster's status.</returns>
    public async Task<ClusterStatus> GetClusterAsync(CancellationToken cancellationToken)
    {
        var request = new GetCluster(_options.NewCommandId(), _options.User);
        return (await _sender.SendAsync(request, AuroraJson.Default.ClusterStatus, cancellationToken).ConfigureAwait(false)).Result;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    // Each page is asked for when the one before it was read to its end.
    private async IAsyncEnumerable<TItem> ByPageAsync<TPage, TItem>(
        Func<string?, ICommand> request, JsonTypeInfo<TPage> type, Func<TPage, (IReadOnlyList<TItem> Items, string? Next)> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var (items, next) = read((await _sender.SendAsync(request(after), type, cancellationToken).ConfigureAwait(false)).Result);
            foreach (var item in items)
            {
                yield return item;
            }

            after = next;
        }
        while (after is not null);
    }
}
