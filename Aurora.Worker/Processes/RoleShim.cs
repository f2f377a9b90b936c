using System.Collections.Concurrent;
using Aurora.Core.Errors;
using Aurora.Shim;
using Aurora.Shim.Protocol;
using Aurora.Shim.Runs;
using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Processes;

/// <summary>
/// The agent's view of one role's shim: the connection, made when needed and made again when it breaks, and the runs that were started through it. An end
/// is handed on once, whether it comes as an event, in the list after a reconnection, or by absence from that list.
/// </summary>
/// <param name="account">The user that the shim runs as.</param>
/// <param name="folder">The shim's folder.</param>
/// <param name="starter">Makes connections.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
/// <param name="ended">Told of each end, once.</param>
internal sealed class RoleShim(
    RoleAccount account, ShimFolder folder, ShimStarter starter, TimeProvider time, ILogger logger, Action<RunState> ended) : IAsyncDisposable
{
    /// <summary>How often a request is repeated on a new connection: a shim that dies at once each time must not be started for ever.</summary>
    private const int Attempts = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _connecting = new(1);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Runs that were not forgotten.</summary>
    private readonly ConcurrentDictionary<RunKey, Phase> _runs = new();
    private readonly List<RunState> _recovered = [];
    private readonly List<RunKey> _stale = [];
    private ShimConnection? _connection;
    private Task _watching = Task.CompletedTask;
    private Task _reconnecting = Task.CompletedTask;
    private bool _listedBefore;
    private int _disposed;

    /// <summary>Connects, and gives what the shim knew before this agent launched anything.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The runs; the ends among them are not handed on again.</returns>
    public async Task<IReadOnlyList<RunState>> RecoverAsync(CancellationToken cancellationToken)
    {
        // A question rather than a mere connection: the shim may be dying just now, and another one then answers.
        await AskAsync(request => new ShimRequest(new FrameWriter(FrameKind.List, request).ToArray()), cancellationToken, FrameKind.Runs);
        return _recovered;
    }

    /// <summary>Starts a process, once for each key.</summary>
    /// <param name="key">The run.</param>
    /// <param name="build">Builds the request.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The shim's answer.</returns>
    public async Task<FrameReader> SpawnAsync(RunKey key, Func<int, ShimRequest> build, CancellationToken cancellationToken)
    {
        var isNew = _runs.TryAdd(key, Phase.Launching);
        var asked = false;
        while (true)
        {
            var answer = await AskAsync(Build, cancellationToken, FrameKind.Spawned, FrameKind.SpawnFailed);
            if (answer.Kind == FrameKind.Spawned)
            {
                _runs.TryUpdate(key, Phase.Started, Phase.Launching);
                return answer;
            }

            if (answer.Int32() != SpawnFaults.Closing)
            {
                _runs.TryRemove(key, out _);
                return answer;
            }

            // The shim ends just now; the next one is asked.
            await (_connection?.Lost.WaitAsync(Patience, time, cancellationToken) ?? Task.CompletedTask);
        }

        ShimRequest Build(int number)
        {
            try
            {
                var request = build(number);
                asked = true;
                return request;
            }
            catch (AuroraException) when (isNew && !asked)
            {
                // Nothing was sent: there is nothing to watch for.
                _runs.TryRemove(key, out _);
                throw;
            }
        }
    }

    /// <summary>Sends a signal to a run.</summary>
    /// <param name="key">The run.</param>
    /// <param name="kind">Terminate or Kill.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>How many processes are left.</returns>
    public async Task<int> SignalAsync(RunKey key, FrameKind kind, CancellationToken cancellationToken) =>
        (await AskAsync(request => new ShimRequest(new FrameWriter(kind, request).Key(key).ToArray()), cancellationToken, FrameKind.Signalled)).Int32();

    /// <summary>Drops an ended run. Where the message is lost, the run is dropped after the next connection.</summary>
    /// <param name="key">The run.</param>
    public void Forget(RunKey key)
    {
        _runs.TryRemove(key, out _);
        Volatile.Read(ref _connection)?.Tell(new FrameWriter(FrameKind.Forget, 0).Key(key).ToArray());
    }

    /// <summary>Asks the shim to end, if nothing runs; it goes on otherwise.</summary>
    /// <returns>A task that ends when the shim has, or goes on.</returns>
    public async Task EndIfEmptyAsync()
    {
        if (_connection is not { } connection || Volatile.Read(ref _disposed) != 0)
        {
            return;
        }

        using var patience = new CancellationTokenSource(Patience, time);
        await _stopping.CancelAsync();
        try
        {
            var answer = await connection.AskAsync(
                request => new ShimRequest(new FrameWriter(FrameKind.Shutdown, request).ToArray()), patience.Token, FrameKind.ShuttingDown);
            if (answer.Int32() == 1)
            {
                await connection.Lost.WaitAsync(patience.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ShimLostException)
        {
            // A shim that does not answer goes on, and ends itself when it is idle.
            Log.ShimStays(logger, account.Name);
        }
    }

    /// <summary>Closes the connection; the shim and its processes go on.</summary>
    /// <returns>A task that ends when it is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _connecting.WaitAsync();
        if (_connection is { } connection)
        {
            await connection.DisposeAsync();
        }

        _connecting.Release();
        await Task.WhenAll(_watching, _reconnecting);
        _stopping.Dispose();
        _connecting.Dispose();
    }

    private async Task<FrameReader> AskAsync(Func<int, ShimRequest> build, CancellationToken cancellationToken, params FrameKind[] expected)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var connection = await ConnectAsync(cancellationToken);
                return await connection.AskAsync(build, cancellationToken, expected);
            }
            catch (ShimLostException) when (attempt < Attempts)
            {
                Log.AskingAgain(logger, account.Name, attempt);
            }
            catch (ShimLostException exception)
            {
                throw new AuroraException(
                    ErrorCodes.LaunchFailed, $"The shim of role '{account.Name}' on {folder.Path} ended {Attempts} times; see {folder.Log}.", exception);
            }
        }
    }

    private async Task<ShimConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _connection) is { Lost.IsCompleted: false } alive)
        {
            return alive;
        }

        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        await _connecting.WaitAsync(both.Token);
        try
        {
            if (_connection is { Lost.IsCompleted: false } made)
            {
                return made;
            }

            var connection = new ShimConnection(await starter.ConnectAsync(account, folder, both.Token), HandOn, Reconcile);
            await GreetAsync(connection, both.Token);
            _stale.ForEach(key => connection.Tell(new FrameWriter(FrameKind.Forget, 0).Key(key).ToArray()));
            await _watching;
            Volatile.Write(ref _connection, connection);
            _watching = WatchAsync(connection);
            return connection;
        }
        finally
        {
            _connecting.Release();
        }
    }

    private static async Task GreetAsync(ShimConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            var welcome = await connection.AskAsync(
                request => new ShimRequest(new FrameWriter(FrameKind.Hello, request).Int32(ProtocolLimits.Version).ToArray()), cancellationToken, FrameKind.Welcome);
            if (welcome.Int32() is var version && version != ProtocolLimits.Version)
            {
                throw new AuroraException(ErrorCodes.LaunchFailed, $"The running shim speaks version {version} of the protocol, this worker version {ProtocolLimits.Version}.");
            }

            await connection.AskAsync(request => new ShimRequest(new FrameWriter(FrameKind.List, request).ToArray()), cancellationToken, FrameKind.Runs);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for the loss of the connection; where runs are under way, it then sees to it that somebody watches them.</summary>
    private async Task WatchAsync(ShimConnection connection)
    {
        await connection.Lost;
        starter.ReapEnded();
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        Log.ShimLost(logger, account.Name);
        if (_runs.Values.Any(phase => phase != Phase.HandedOn))
        {
            // Not awaited here: the reconnection waits for this task before it starts to watch anew.
            _reconnecting = Task.Run(ReconnectAsync);
        }
    }

    private async Task ReconnectAsync()
    {
        try
        {
            while (!await TryReconnectAsync())
            {
                await Task.Delay(RestartPause, time, _stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // This agent ends; the next one finds the runs in the journal.
        }
    }

    private async Task<bool> TryReconnectAsync()
    {
        try
        {
            await ConnectAsync(_stopping.Token);
            return true;
        }
        catch (Exception exception) when (exception is AuroraException or IOException)
        {
            Log.ShimNotStarted(logger, account.Name, exception.Message);
            return false;
        }
    }

    private void HandOn(RunState run)
    {
        // In this order, which is the one that a run goes through: a launch that is answered in between is then caught by the second.
        if (_runs.TryUpdate(run.Key, Phase.HandedOn, Phase.Launching) || _runs.TryUpdate(run.Key, Phase.HandedOn, Phase.Started))
        {
            ended(run);
        }
    }

    private void Reconcile(IReadOnlyList<RunState> listed)
    {
        _stale.Clear();
        foreach (var run in listed)
        {
            if (!_listedBefore && _runs.TryAdd(run.Key, run.End is null ? Phase.Started : Phase.HandedOn))
            {
                _recovered.Add(run);
            }
            else if (!_runs.ContainsKey(run.Key))
            {
                _stale.Add(run.Key);
            }
            else if (run.End is not null)
            {
                HandOn(run);
            }
        }

        if (_listedBefore)
        {
            ReportLost(listed);
        }

        _listedBefore = true;
    }

    /// <summary>What this agent started and the shim does not know has lost its journal, for example by a full disk: nobody will see it end.</summary>
    private void ReportLost(IReadOnlyList<RunState> listed)
    {
        var keys = listed.Select(r => r.Key).ToHashSet();
        foreach (var (key, _) in _runs.Where(r => r.Value == Phase.Started && !keys.Contains(r.Key)).ToList())
        {
            Log.RunLost(logger, key.Marker);
            HandOn(new RunState(key) { End = new RunEnd(null, null, time.GetUtcNow().ToUnixTimeMilliseconds()) });
        }
    }

    private enum Phase
    {
        Launching,
        Started,
        HandedOn,
    }
}
