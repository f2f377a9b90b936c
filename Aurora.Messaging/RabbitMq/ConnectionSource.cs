using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Aurora.Messaging.RabbitMq;

/// <summary>Makes connections from options. The library's own recovery is off: it can leave a consumer deaf, so recovery is ours (see <see cref="LinkKeeper"/>).</summary>
internal sealed class ConnectionSource
{
    private readonly RabbitMqOptions _options;
    private readonly ConnectionFactory _factory;
    private readonly List<AmqpTcpEndpoint> _endpoints;

    public ConnectionSource(RabbitMqOptions options)
    {
        _options = options;
        _factory = new ConnectionFactory
        {
            Uri = options.Addresses[0],
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = options.Heartbeat,
            RequestedConnectionTimeout = options.ConnectTimeout,
            HandshakeContinuationTimeout = options.ConnectTimeout,
            ConsumerDispatchConcurrency = 1,
        };
        _factory.VirtualHost = options.VirtualHost ?? _factory.VirtualHost;
        _factory.UserName = options.UserName ?? _factory.UserName;
        _factory.Password = options.Password ?? _factory.Password;
        _endpoints = [.. options.Addresses.Select(Endpoint)];
    }

    /// <param name="purpose">What it is for, shown beside the connection's name to the server's operators.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IConnection> ConnectAsync(string purpose, CancellationToken cancellationToken) =>
        _factory.CreateConnectionAsync(_endpoints, $"{_options.ConnectionName} {purpose}", cancellationToken);

    /// <summary>Whether trying again cannot help: the login or the vhost is refused.</summary>
    public static bool IsRefusal(Exception error)
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            if (e is AuthenticationFailureException or PossibleAuthenticationFailureException
                || (e is OperationInterruptedException { ShutdownReason.ReplyCode: Constants.NotAllowed or Constants.AccessRefused }))
                return true;
        }
        return false;
    }

    /// <summary>The innermost message: the outer ones say only that no endpoint was reachable.</summary>
    public static string Words(Exception error)
    {
        while (error.InnerException is { } inner)
            error = inner;
        return error.Message;
    }

    private AmqpTcpEndpoint Endpoint(Uri address)
    {
        var isTls = address.Scheme == "amqps";
        var ssl = new SslOption(_options.TlsServerName ?? address.Host, enabled: isTls);
        return new AmqpTcpEndpoint(address.Host, address.Port > 0 ? address.Port : isTls ? 5671 : 5672, ssl);
    }
}
