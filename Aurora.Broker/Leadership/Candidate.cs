using Aurora.Broker.FrontDoor;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Messaging;

namespace Aurora.Broker.Leadership;

/// <summary>
/// Leads whenever it can: takes the lease, works as long as it holds it, and steps down when a commit fails, the lease is lost, or it is stopped. Standbys
/// try at every renewal interval, so one takes over within the lease's duration and that. It is weak where the bus is away when a term begins: the term waits for it.
/// </summary>
internal sealed class Candidate(LeaderParts parts, CommandDoor commands, WorkerDoor workers, LeaseOptions options, ILogger logger)
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);
    private volatile BrokerLoop? _loop;
    private TaskCompletionSource _leading = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The leader's loop; null while this broker does not lead.</summary>
    public BrokerLoop? Loop => _loop;

    /// <summary>Ends when this broker leads.</summary>
    public Task WhenLeading => Volatile.Read(ref _leading).Task;

    /// <summary>Runs until it is stopped.</summary>
    /// <param name="holder">A name that is unique per broker process.</param>
    /// <param name="address">Where clients find this broker's pages.</param>
    /// <param name="stop">Ends it after the batch that it holds.</param>
    public async Task RunAsync(string holder, string address, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (await parts.Store.AcquireLeaseAsync(holder, address, options.Duration, stop) is { } lease)
                    await LeadAsync(lease, stop);
                else
                    await Task.Delay(options.Renewal, parts.Time, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The top of the candidate's loop: whatever ended the term, the state is read again at the next one.
                Log.TermFailed(logger, e);
                await PauseAsync(stop);
            }
        }
    }

    private async Task LeadAsync(Lease lease, CancellationToken stop)
    {
        using var lost = new CancellationTokenSource();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop, lost.Token);
        var renewing = RenewAsync(lease, lost, over.Token);
        try
        {
            await using var term = await LeaderTerm.LoadAsync(parts, lease, over.Token);
            await term.OpenAsync(commands, workers, over.Token);
            Log.Leading(logger, lease.Holder, lease.Epoch);
            _loop = term.Loop;
            _leading.TrySetResult();
            await term.Loop.RunAsync(over.Token, lost.Token);
        }
        finally
        {
            _loop = null;
            Volatile.Write(ref _leading, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            await over.CancelAsync();
            await renewing;
            await ReleaseAsync(lease);
            Log.SteppedDown(logger, lease.Holder, lease.Epoch);
        }
    }

    // Renews until the term is over; cancels it when the lease is lost, or when it could not be renewed for as long as it lasts.
    private async Task RenewAsync(Lease lease, CancellationTokenSource lost, CancellationToken over)
    {
        var renewedAt = parts.Time.GetTimestamp();
        try
        {
            while (true)
            {
                await Task.Delay(options.Renewal, parts.Time, over);
                var began = parts.Time.GetTimestamp();
                try
                {
                    if (!await parts.Store.RenewLeaseAsync(lease, options.Duration, over))
                    {
                        Log.LeaseLost(logger, lease.Epoch);
                        await lost.CancelAsync();
                        return;
                    }

                    renewedAt = began;
                }
                catch (StoreException e) when (parts.Time.GetElapsedTime(renewedAt) < options.Duration)
                {
                    Log.RenewalFailed(logger, e.Message);
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The term is over.
        }
        catch (Exception e)
        {
            Log.RenewalGivenUp(logger, lease.Epoch, e);
            await lost.CancelAsync();
        }
    }

    private async Task ReleaseAsync(Lease lease)
    {
        using var patience = new CancellationTokenSource(options.Duration, parts.Time);
        try
        {
            await parts.Store.ReleaseLeaseAsync(lease, patience.Token);
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            Log.ReleaseFailed(logger, e.Message); // It runs out by itself.
        }
    }

    private async Task PauseAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(PauseAfterFailure, parts.Time, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping; the caller sees it.
        }
    }
}
