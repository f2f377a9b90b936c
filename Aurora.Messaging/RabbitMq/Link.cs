using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Aurora.Messaging.RabbitMq;

/// <summary>
/// One generation of connections to the server. It is used until the first thing on it breaks, and then given up as a whole: nothing on it is
/// repaired. Publishing and receiving have a connection each, because a server that is low on memory stops reading from publishers, and
/// acknowledgements must get through to free memory. The receiving one is made when it is first needed.
/// </summary>
internal sealed class Link : IAsyncDisposable
{
    private static readonly CreateChannelOptions Confirming = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false);

    private readonly ConnectionSource _source;
    private readonly Wire _publishing;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly CancellationTokenSource _lost = new();
    private Wire? _receiving;
    private string? _lostBecause;

    private Link(ConnectionSource source, Wire publishing, IChannel main, IChannel requests, ILogger logger)
    {
        (_source, _publishing, Main, Requests, _logger) = (source, publishing, main, requests, logger);
        Lost = _lost.Token;
    }

    /// <summary>The channel of publishes, events and replies; its owner is the main lane's pump.</summary>
    public IChannel Main { get; }

    /// <summary>The channel of requests, which also receives their replies; its owner is the request lane's pump.</summary>
    public IChannel Requests { get; }

    /// <summary>Closed while the server blocks publishers.</summary>
    public Gate Gate { get; } = new();

    /// <summary>Cancelled when the link is given up.</summary>
    public CancellationToken Lost { get; }

    public bool IsLost => _lost.IsCancellationRequested;

    public string LostBecause => Volatile.Read(ref _lostBecause) ?? "";

    public static async Task<Link> OpenAsync(ConnectionSource source, bool declareShared, ILogger logger, CancellationToken cancellationToken)
    {
        var wire = await source.ConnectAsync("(publishing)", cancellationToken);
        try
        {
            var connection = wire.Connection;
            var main = await connection.CreateChannelAsync(Confirming, cancellationToken);
            var requests = await connection.CreateChannelAsync(Confirming, cancellationToken);
            if (declareShared)
            {
                await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
                await Topology.DeclareSharedAsync(channel, cancellationToken);
            }
            var link = new Link(source, wire, main, requests, logger);
            link.Watch(connection);
            link.Watch(main);
            link.Watch(requests);
            return link;
        }
        catch
        {
            await wire.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gives the link up; the first reason stands.</summary>
    public void Fail(string reason)
    {
        if (TryEnd(reason))
            Log.LinkLost(_logger, reason);
    }

    /// <summary>Ends the link on purpose.</summary>
    public void Close() => TryEnd("the bus is closing");

    /// <summary>Opens a channel for receiving or declaring; the caller owns it.</summary>
    public async Task<IChannel> OpenReceivingChannelAsync(CancellationToken cancellationToken)
    {
        var connection = await ReceivingAsync(cancellationToken);
        return await connection.CreateChannelAsync(cancellationToken: cancellationToken);
    }

    /// <summary>Gives the link up when this channel closes by itself.</summary>
    public void Watch(IChannel channel)
    {
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            if (reason.Initiator != ShutdownInitiator.Application)
                Fail($"a channel closed: {reason.ReplyText}");
            return Task.CompletedTask;
        };
        channel.CallbackExceptionAsync += (_, error) =>
        {
            Log.CallbackFailed(_logger, error.Exception);
            return Task.CompletedTask;
        };
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        await Task.WhenAll(_publishing.DisposeAsync().AsTask(), _receiving?.DisposeAsync().AsTask() ?? Task.CompletedTask);
        _connecting.Dispose();
    }

    private async Task<IConnection> ReceivingAsync(CancellationToken cancellationToken)
    {
        await _connecting.WaitAsync(cancellationToken);
        try
        {
            if (_receiving is null)
            {
                _receiving = await _source.ConnectAsync("(receiving)", cancellationToken);
                Watch(_receiving.Connection);
            }
            // A link that was disposed meanwhile did not know this connection.
            if (IsLost)
                await _receiving.DisposeAsync();
            return _receiving.Connection;
        }
        finally
        {
            _connecting.Release();
        }
    }

    private void Watch(IConnection connection)
    {
        connection.ConnectionShutdownAsync += (_, reason) =>
        {
            Fail($"the connection closed: {reason.ReplyText}");
            return Task.CompletedTask;
        };
        connection.ConnectionBlockedAsync += (_, blocked) =>
        {
            Log.Blocked(_logger, blocked.Reason);
            Gate.Close(blocked.Reason);
            return Task.CompletedTask;
        };
        connection.ConnectionUnblockedAsync += (_, _) =>
        {
            Log.Unblocked(_logger);
            Gate.Open();
            return Task.CompletedTask;
        };
        if (connection.CloseReason is { } closed)
            Fail($"the connection closed: {closed.ReplyText}");
    }

    private bool TryEnd(string reason)
    {
        if (Interlocked.CompareExchange(ref _lostBecause, reason, null) is not null)
            return false;
        // Not in this thread: it may be the connection's own reader, which whoever reacts by closing the connection would wait for.
        _ = _lost.CancelAsync();
        return true;
    }
}
