using RabbitMQ.Client.Exceptions;

namespace Aurora.Messaging.RabbitMq;

/// <summary>A consumer over all links: it has one session at a time, on the current link.</summary>
internal sealed class QueueConsumer(ConsumerPlan plan, BusCore core) : IAsyncDisposable
{
    /// <summary>A queue whose server-side leader is not there yet does not answer; asking again later does.</summary>
    private static readonly TimeSpan SetUpTimeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _changing = new(1, 1);
    private ConsumerSession? _session;
    private bool _disposed;

    public ConsumerPlan Plan => plan;

    /// <summary>The session on the current link; null while there is none.</summary>
    public ConsumerSession? Session => Volatile.Read(ref _session);

    /// <summary>Why there is no session, when setting it up failed.</summary>
    public string? Fault { get; private set; }

    /// <summary>Makes sure that there is a session on this link.</summary>
    /// <param name="link">The current link.</param>
    /// <param name="declare">Whether to declare the queue: when the consumer is set up again, because the server may have lost the queue.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BusException">The server refuses: no such queue, no right, or a queue with other properties.</exception>
    public async Task OpenOnAsync(Link link, bool declare, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            if (_disposed || _session?.Link == link)
                return;
            await CloseSessionAsync();
            Volatile.Write(ref _session, await ConsumerSession.OpenAsync(plan, link, declare, core, cancellationToken));
            Fault = null;
        }
        catch (OperationInterruptedException error) when (!link.IsLost)
        {
            throw new BusException($"Cannot consume {plan.Source}: {error.ShutdownReason?.ReplyText ?? error.Message}", error);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>The same, but a failure is remembered for the health and tried again by the watchdog.</summary>
    public async Task TryOpenOnAsync(Link link)
    {
        try
        {
            using var limit = new CancellationTokenSource(SetUpTimeout, core.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, link.Lost);
            await OpenOnAsync(link, declare: true, either.Token);
        }
        catch (OperationCanceledException) when (link.IsLost)
        {
            // The next link sets it up.
        }
        catch (Exception error) when (
            error is BusException or RabbitMQClientException or IOException or ObjectDisposedException or TimeoutException or OperationCanceledException)
        {
            Fault = ConnectionSource.Words(error);
            Log.ConsumerFailed(core.Logger, plan.Source, Fault);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _changing.WaitAsync();
        try
        {
            _disposed = true;
            await CloseSessionAsync();
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task CloseSessionAsync()
    {
        var session = _session;
        Volatile.Write(ref _session, null);
        if (session is not null)
            await session.DisposeAsync();
    }
}
