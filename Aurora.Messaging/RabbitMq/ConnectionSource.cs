using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Aurora.Messaging.RabbitMq;

/// <summary>Makes connections from options. The library's own recovery is off: it can leave a consumer deaf, so recovery is ours (see <see cref="LinkKeeper"/>).</summary>
internal sealed class ConnectionSource
{
    private readonly RabbitMqOptions _options;
    private readonly List<AmqpTcpEndpoint> _endpoints;

    public ConnectionSource(RabbitMqOptions options)
    {
        _options = options;
        _endpoints = [.. options.Addresses.Select(Endpoint)];
    }

    /// <param name="purpose">What it is for, shown beside the connection's name to the server's operators.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Wire> ConnectAsync(string purpose, CancellationToken cancellationToken)
    {
        // A factory each time, since it is the only way to learn which socket belongs to a connection: the last one that was made for it.
        ITcpClient? socket = null;
        var factory = Factory();
        factory.SocketFactory = family => socket = ConnectionFactoryBase.DefaultSocketFactory(family);
        var connection = await factory.CreateConnectionAsync(_endpoints, $"{_options.ConnectionName} {purpose}", cancellationToken);
        return new Wire(connection, socket ?? throw new InvalidOperationException("The RabbitMQ client connected without a socket."));
    }

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

    private ConnectionFactory Factory()
    {
        var factory = new ConnectionFactory
        {
            Uri = _options.Addresses[0],
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = _options.Heartbeat,
            RequestedConnectionTimeout = _options.ConnectTimeout,
            HandshakeContinuationTimeout = _options.ConnectTimeout,
            ConsumerDispatchConcurrency = 1,
        };
        factory.VirtualHost = _options.VirtualHost ?? factory.VirtualHost;
        factory.UserName = _options.UserName ?? factory.UserName;
        factory.Password = _options.Password ?? factory.Password;
        return factory;
    }

    private AmqpTcpEndpoint Endpoint(Uri address)
    {
        var isTls = address.Scheme == "amqps";
        var ssl = new SslOption(_options.TlsServerName ?? address.Host, enabled: isTls);
        return new AmqpTcpEndpoint(address.Host, address.Port > 0 ? address.Port : isTls ? 5671 : 5672, ssl);
    }
}
