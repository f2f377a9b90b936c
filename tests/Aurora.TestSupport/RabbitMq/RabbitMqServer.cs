using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Aurora.TestSupport.RabbitMq;

/// <summary>
/// A private rabbitmq-server: its own folder, ports, node name, cookie and epmd. It can be stopped, killed and started again on the same data
/// and port. It dies with the process that started it, even when that is killed: its Erlang shell reads from our pipe and ends with it.
/// </summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly byte[] ProtocolHeader = [(byte)'A', (byte)'M', (byte)'Q', (byte)'P', 0, 0, 9, 1];

    private readonly RabbitMqFolder _folder;
    private RabbitMqNode? _node;
    private int _vhosts;

    private RabbitMqServer(RabbitMqFolder folder) => _folder = folder;

    /// <summary>Why no server can be started here; null when one can.</summary>
    public static string? WhyMissing { get; } =
        RabbitMqInstallation.Find() is null ? "rabbitmq-server (and epmd) is not installed on this machine; install the package rabbitmq-server to run this test" : null;

    /// <summary>The AMQP port on 127.0.0.1; it stays the same over restarts.</summary>
    public int Port => _folder.AmqpPort;

    /// <summary>The address of the default vhost.</summary>
    public Uri Uri => UriOf("/");

    /// <summary>Starts a new server and waits until it speaks AMQP.</summary>
    public static async Task<RabbitMqServer> StartNewAsync(CancellationToken cancellationToken)
    {
        var installation = RabbitMqInstallation.Find() ?? throw new InvalidOperationException(WhyMissing);

        // A port that was free a moment ago may be taken by now; a second and third try use other ones.
        for (var attempt = 1; ; attempt++)
        {
            var server = new RabbitMqServer(RabbitMqFolder.Create(installation));
            try
            {
                await server.StartAsync(cancellationToken);
                return server;
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>Starts the server again after <see cref="StopAsync"/> or <see cref="KillAsync"/>, on the same data and port.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_node is not null)
            throw new InvalidOperationException("The server runs already.");
        _node = RabbitMqNode.Launch(_folder);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartTimeout);
        while (!await SpeaksAmqpAsync(limit.Token))
        {
            if (_node.HasExited)
                throw new InvalidOperationException($"rabbitmq-server ended while starting:\n{_node.Output}");
            await Task.Delay(PollInterval, limit.Token);
        }
    }

    /// <summary>Stops the server in good order and waits for its end.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _node, null) is { } node)
            await node.StopAsync();
    }

    /// <summary>
    /// Ends the server as kill -9 does and waits for its end. RabbitMQ writes down which quorum queues it has half a second late, and a queue that is not
    /// in that list after a kill starts again empty, its confirmed messages gone. That is the server's affair and would only make tests
    /// fail at random, so the list is saved first; messages are not.
    /// </summary>
    public async Task KillAsync()
    {
        await EvalAsync("[dets:sync(Table) || Table <- dets:all()]");
        await EndAsync();
    }

    /// <summary>Makes a vhost of its own for one test, so that fixed queue names do not meet.</summary>
    /// <returns>The address of the new vhost, with credentials.</returns>
    public async Task<Uri> CreateVhostAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _vhosts)}");
        await EvalAsync($"rabbit_vhost:add(<<\"{name}\">>, <<\"tests\">>)");
        await EvalAsync($"rabbit_auth_backend_internal:set_permissions(<<\"guest\">>, <<\"{name}\">>, <<\".*\">>, <<\".*\">>, <<\".*\">>, <<\"tests\">>)");
        return UriOf(name);
    }

    /// <summary>Evaluates an Erlang expression inside the server: vhosts, alarms and closed connections without rabbitmqctl, in milliseconds.</summary>
    /// <param name="expression">One expression, without the final dot.</param>
    /// <returns>Its value as Erlang prints it.</returns>
    public Task<string> EvalAsync(string expression) =>
        (_node ?? throw new InvalidOperationException("The server does not run.")).EvalAsync(expression);

    /// <summary>Ends the server and deletes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _folder.Delete();
    }

    private async Task EndAsync()
    {
        if (Interlocked.Exchange(ref _node, null) is { } node)
            await node.KillAsync();
    }

    private Uri UriOf(string vhost) => new($"amqp://guest:guest@127.0.0.1:{Port}/{Uri.EscapeDataString(vhost)}");

    private async Task<bool> SpeaksAmqpAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            await socket.SendAsync(ProtocolHeader, cancellationToken);
            var first = new byte[1];
            // Connection.Start is a method frame, type 1.
            return await socket.ReceiveAsync(first, cancellationToken) == 1 && first[0] == 1;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
