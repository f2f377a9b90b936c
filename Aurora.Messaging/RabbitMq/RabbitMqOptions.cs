namespace Aurora.Messaging.RabbitMq;

/// <summary>How to reach a RabbitMQ server and how to use it. Checked as a whole by <see cref="RabbitMqOptionsRules"/>: all faults are reported at once.</summary>
public sealed record RabbitMqOptions
{
    /// <summary>
    /// The cluster's nodes, tried in random order: <c>amqp://host:5672/vhost</c>, or <c>amqps://</c> for TLS. At least one. User, password and vhost may
    /// stand in the first address; the properties below override them. All addresses use the same ones.
    /// </summary>
    public required IReadOnlyList<Uri> Addresses { get; init; }

    /// <summary>The vhost; null takes the first address's path, or <c>/</c>.</summary>
    public string? VirtualHost { get; init; }

    /// <summary>The user; null takes the first address's, or <c>guest</c>.</summary>
    public string? UserName { get; init; }

    /// <summary>The password; null takes the first address's, or <c>guest</c>. It is never logged.</summary>
    public string? Password { get; init; }

    /// <summary>The name that the server's certificate must carry under <c>amqps</c>; null takes each address's host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>What the server's operators see as this connection's name, for example <c>aurora-worker rack1-7</c>; 1 to 200 characters.</summary>
    public string ConnectionName { get; init; } = "aurora";

    /// <summary>How often both sides show that they live; a connection is given up after about twice that. 1 s to 10 min, default 10 s.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the first connection may take, attempts included; default 10 s. A refused login is not tried again.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait before the second attempt to reconnect; it doubles, with jitter, up to <see cref="ReconnectDelayLimit"/>. Default 100 ms.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait between two attempts to reconnect; default 5 s.</summary>
    public TimeSpan ReconnectDelayLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a consumer may be silent before a probe is sent through its queue, and how long the probe may take before the consumer counts as deaf
    /// and the connection is rebuilt. 100 ms to 10 min, default 10 s.
    /// </summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether this bus makes the shared exchange and dead-letter queue when it connects; default true. False for users without the right to configure;
    /// somebody else, for example the broker, must have made them.
    /// </summary>
    public bool DeclareTopology { get; init; } = true;

    /// <summary>The waits and windows that both buses share.</summary>
    public BusOptions Bus { get; init; } = new();

    /// <summary>Options for one address, everything else by default.</summary>
    /// <param name="address">For example <c>amqp://guest:guest@localhost:5672/</c>.</param>
    /// <returns>The options.</returns>
    public static RabbitMqOptions For(Uri address) => new() { Addresses = [address] };

    /// <summary>Everything but secrets.</summary>
    /// <returns>The connection's name and the addresses without user and password.</returns>
    public override string ToString() =>
        $"{ConnectionName} at {string.Join(", ", Addresses.Select(a => a.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)))}";
}
