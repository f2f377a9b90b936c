using System.Collections.Concurrent;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Aurora.Messaging.RabbitMq;

/// <summary>
/// Keeps one link at a time: opens it, runs the pumps, the consumers and the watchdog on it, and when it is lost tears all of that down before it opens
/// the next. One loop does it, so nothing ever runs on two links. Attempts follow each other with growing, jittered waits.
/// </summary>
internal sealed class LinkKeeper : IAsyncDisposable
{
    private readonly BusCore _core;
    private readonly ConnectionSource _source;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<QueueConsumer, byte> _consumers = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource<Link> _link = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _down = "not connected yet";
    private Task _loop = Task.CompletedTask;

    public LinkKeeper(BusCore core)
    {
        (_core, _source) = (core, new ConnectionSource(core.Options));
        core.WhyDown = () => Health.Detail;
    }

    public BusHealth Health
    {
        get
        {
            if (Current is not { } link)
                return new BusHealth(false, _down);
            if (link.Gate.ClosedBecause is { } blocked)
                return new BusHealth(false, $"the server blocks publishers: {blocked}");
            var fault = _consumers.Keys.Select(c => c.Fault).FirstOrDefault(f => f is not null);
            return fault is null ? new BusHealth(true, null) : new BusHealth(false, fault);
        }
    }

    private Link? Current
    {
        get
        {
            var link = Volatile.Read(ref _link).Task;
            return link.IsCompletedSuccessfully && !link.Result.IsLost ? link.Result : null;
        }
    }

    /// <summary>Connects for the first time, and from then on keeps the bus connected.</summary>
    /// <exception cref="BusException">The login is refused, or no server answered within the connect timeout.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_core.Options.ConnectTimeout, _core.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        Exception? last = null;
        for (var failures = 0; ; failures++)
        {
            try
            {
                await Task.Delay(DelayAfter(failures), _core.Time, either.Token);
                var first = await OpenAsync(either.Token);
                _link.TrySetResult(first);
                _loop = Task.Run(() => RunAsync(first), CancellationToken.None);
                return;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new BusException($"No connection to RabbitMQ ({_core.Options}) within {_core.Options.ConnectTimeout}: {Words(last)}", last);
            }
            catch (Exception error) when (IsTransport(error))
            {
                if (ConnectionSource.IsRefusal(error))
                    throw new BusException($"RabbitMQ ({_core.Options}) refuses the connection: {Words(error)}", error);
                last = error;
            }
        }
    }

    /// <summary>Waits for a link that can be used.</summary>
    public async Task<Link> LinkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var link = await Volatile.Read(ref _link).Task.WaitAsync(cancellationToken);
            if (!link.IsLost)
                return link;
            // Lost a moment ago; the loop is about to put a new promise in its place.
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Adds a consumer and sets it up; from then on it is set up again on every link.</summary>
    public async Task AddAsync(QueueConsumer consumer, CancellationToken cancellationToken)
    {
        await OnLinkAsync(link => consumer.OpenOnAsync(link, declare: false, cancellationToken), $"Consuming {consumer.Plan.Source}", cancellationToken);
        _consumers[consumer] = 0;
        // A link that changed just now did not know it yet.
        if (Current is { } current)
            await consumer.TryOpenOnAsync(current);
    }

    public async ValueTask RemoveAsync(QueueConsumer consumer)
    {
        _consumers.TryRemove(consumer, out _);
        await consumer.DisposeAsync();
    }

    /// <summary>Does something on a link, on the next one too when the first breaks meanwhile, within the publish timeout.</summary>
    public async Task OnLinkAsync(Func<Link, Task> work, string what, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_core.Options.Bus.PublishTimeout, _core.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token, _stop.Token);
        while (true)
        {
            Link? link = null;
            try
            {
                link = await LinkAsync(either.Token);
                await work(link).WaitAsync(either.Token);
                return;
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new BusException($"{what} did not succeed within {_core.Options.Bus.PublishTimeout}: {Health.Detail ?? "the server did not answer"}");
            }
            catch (OperationInterruptedException error) when (link is { IsLost: false } && error.ShutdownReason?.Initiator == ShutdownInitiator.Peer)
            {
                throw new BusException($"{what}: {error.ShutdownReason.ReplyText}", error);
            }
            catch (Exception error) when ((IsTransport(error) || error is OperationCanceledException) && !either.IsCancellationRequested && link is not null)
            {
                // The library reports its own timeouts as cancellations.
                link.Fail($"{what} failed: {Words(error)}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // First the consumers, while the link still carries the acknowledgements that they were given.
        await Task.WhenAll(_consumers.Keys.Select(consumer => consumer.DisposeAsync().AsTask()));
        await _stop.CancelAsync();
        await _loop;
    }

    private async Task RunAsync(Link first)
    {
        Link? link = first;
        var failures = 0;
        while (link is not null)
        {
            var began = _core.Time.GetTimestamp();
            await UseAsync(link);
            // A connection that held was a good one: begin again at once. One that did not counts as a failure, so that we do not hammer the server.
            failures = _core.Time.GetElapsedTime(began) >= _core.Options.ReconnectDelayLimit ? 0 : failures + 1;
            (link, failures) = await ReopenAsync(failures);
        }
    }

    private async Task<(Link? Link, int Failures)> ReopenAsync(int failures)
    {
        while (true)
        {
            var delay = DelayAfter(failures);
            try
            {
                await Task.Delay(delay, _core.Time, _stop.Token);
                return (await OpenAsync(_stop.Token), failures);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return (null, failures);
            }
            catch (Exception error) when (IsTransport(error) || error is OperationCanceledException)
            {
                _down = $"cannot connect: {Words(error)}";
                Log.ConnectFailed(_core.Logger, DelayAfter(++failures), Words(error));
            }
        }
    }

    private async Task<Link> OpenAsync(CancellationToken cancellationToken)
    {
        var link = await Link.OpenAsync(_source, _core.Options.DeclareTopology, _core.Logger, cancellationToken);
        try
        {
            await link.Requests.BasicConsumeAsync(Headers.DirectReplyTo, autoAck: true, new ReplyEars(link.Requests, _core.Desk), cancellationToken);
            Log.Connected(_core.Logger, _core.Options);
            return link;
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
    }

    private async Task UseAsync(Link link)
    {
        using var stopping = _stop.Token.Register(link.Close);
        var pumps = Task.WhenAll(
            Task.Run(() => _core.Main.PumpAsync(link.Main, link), CancellationToken.None),
            Task.Run(() => _core.Requests.PumpAsync(link.Requests, link), CancellationToken.None));
        _link.TrySetResult(link);
        await Task.WhenAll(_consumers.Keys.Select(consumer => consumer.TryOpenOnAsync(link)));
        await Watchdog.RunAsync(link, _core, () => _consumers.Keys);
        _down = $"reconnecting: {link.LostBecause}";
        lock (_lock)
            _link = new TaskCompletionSource<Link>(TaskCreationOptions.RunContinuationsAsynchronously);
        await pumps;
        _core.Desk.FailSent(link.LostBecause);
        await link.DisposeAsync();
    }

    private TimeSpan DelayAfter(int failures)
    {
#pragma warning disable CA5394 // Jitter is no secret.
        var random = Random.Shared.NextDouble();
#pragma warning restore CA5394
        return ReconnectDelay.After(failures, _core.Options.ReconnectDelay, _core.Options.ReconnectDelayLimit, random);
    }

    private static bool IsTransport(Exception error) =>
        error is RabbitMQClientException or IOException or TimeoutException or ObjectDisposedException or System.Net.Sockets.SocketException;

    private static string Words(Exception? error) => error is null ? "the server did not answer" : ConnectionSource.Words(error);
}
