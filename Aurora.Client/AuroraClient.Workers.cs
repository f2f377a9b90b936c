using Aurora.Client.Workers;
using Aurora.Core.Errors;
using Aurora.Core.Messages;

namespace Aurora.Client;

public sealed partial class AuroraClient
{
    /// <summary>Lists workers by id, page by page as they are asked for.</summary>
    /// <param name="name">An id or host name, with <c>*</c> and <c>?</c> as wildcards; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The workers.</returns>
    public IAsyncEnumerable<WorkerSummary> GetWorkersAsync(string? name, CancellationToken cancellationToken) => ByPageAsync(
        after => new GetWorkers(_options.NewCommandId(), _options.User, name, after, PageSize),
        AuroraJson.Default.WorkerPage, page => (page.Workers, page.Next), cancellationToken);

    /// <summary>Begins to empty workers; ends when the broker has recorded it, not when they are empty.</summary>
    /// <param name="workers">Ids or host names; one that is not known refuses the whole (AUR2011).</param>
    /// <param name="drain">How.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The workers as they are now.</returns>
    public Task<Answer<WorkersChanged>> DrainWorkersAsync(IReadOnlyList<string> workers, DrainOptions drain, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(drain);
        var request = new DrainWorkers(_options.NewCommandId(), _options.User, workers, drain.DefaultPolicy,
            drain.Timeout is { } timeout ? (int)Math.Min(int.MaxValue, Math.Ceiling(timeout.TotalSeconds)) : null, drain.Message);
        return _sender.SendAsync(request, AuroraJson.Default.WorkersChanged, cancellationToken);
    }

    /// <summary>Announces maintenance: the workers are chosen last from now on, and keep their tasks.</summary>
    /// <param name="workers">Ids or host names; one that is not known refuses the whole (AUR2011).</param>
    /// <param name="message">Why, for histories; at most 1,024 characters.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The workers as they are now.</returns>
    public Task<Answer<WorkersChanged>> DeactivateWorkersAsync(IReadOnlyList<string> workers, string? message, CancellationToken cancellationToken) =>
        _sender.SendAsync(new DeactivateWorkers(_options.NewCommandId(), _options.User, workers, message), AuroraJson.Default.WorkersChanged, cancellationToken);

    /// <summary>Ends maintenance: the workers get tasks again.</summary>
    /// <param name="workers">Ids or host names; one that is not known refuses the whole (AUR2011).</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The workers as they are now.</returns>
    public Task<Answer<WorkersChanged>> ActivateWorkersAsync(IReadOnlyList<string> workers, CancellationToken cancellationToken) =>
        _sender.SendAsync(new ActivateWorkers(_options.NewCommandId(), _options.User, workers), AuroraJson.Default.WorkersChanged, cancellationToken);

    /// <summary>Waits until workers are drained. The wait itself has no limit but the token; each look at the broker has.</summary>
    /// <param name="workers">Ids or host names.</param>
    /// <param name="progress">Told at each look how the workers are; null for nobody.</param>
    /// <param name="cancellationToken">Stops waiting; the drain goes on.</param>
    /// <returns>The workers, all DRAINED.</returns>
    /// <exception cref="AuroraException">AUR2011: a worker is not known (any more). AUR2014: somebody has ended the drain of one meanwhile.</exception>
    public async Task<IReadOnlyList<WorkerSummary>> WaitForDrainAsync(
        IReadOnlyList<string> workers, IProgress<DrainProgress>? progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = new List<WorkerSummary>();
            foreach (var name in workers)
            {
                var before = now.Count;
                await foreach (var worker in GetWorkersAsync(name, cancellationToken).ConfigureAwait(false))
                {
                    now.Add(worker);
                }

                if (now.Count == before)
                {
                    throw new AuroraException(ErrorCodes.WorkerNotFound, $"There is no worker {name} (any more).");
                }
            }

            progress?.Report(new DrainProgress(now));
            if (now.Find(w => w.Mode is MaintenanceMode.None or MaintenanceMode.Scheduled) is { } ended)
            {
                throw new AuroraException(ErrorCodes.DrainEnded, $"The drain of worker {ended.Id} was ended by somebody; it has {ended.Tasks} tasks.");
            }

            if (now.TrueForAll(w => w.Mode == MaintenanceMode.Drained))
            {
                return now;
            }

            await Task.Delay(_options.PollInterval, _options.Time, cancellationToken).ConfigureAwait(false);
        }
    }
}
