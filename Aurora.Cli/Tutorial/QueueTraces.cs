using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Messaging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Aurora.Cli.Tutorial;

/// <summary>
/// Which of Aurora's queues the RabbitMQ server did not have before the tutorial, so that exactly these are removed after it. A vhost that carries a cluster
/// already is refused: its queues are nobody's to share or delete here.
/// </summary>
internal sealed class QueueTraces
{
    /// <summary>The tutorial's worker: it must not take the queue of a real worker of this machine.</summary>
    internal static readonly string WorkerName = $"tutorial-{Environment.ProcessId}";
    private static readonly string[] Queues = [QueueNames.Commands, QueueNames.Status, QueueNames.DeadLetters, QueueNames.Worker(new WorkerId(WorkerName))];
    private readonly ConnectionFactory _factory;
    private readonly List<string> _newQueues;
    private readonly bool _newExchange;

    private QueueTraces(ConnectionFactory factory, List<string> newQueues, bool newExchange) =>
        (_factory, _newQueues, _newExchange) = (factory, newQueues, newExchange);

    /// <exception cref="AuroraException">AUR3002: the server cannot be reached. AUR1202: the vhost carries a cluster.</exception>
    internal static async Task<QueueTraces> TakeAsync(Uri amqp, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = amqp };
        try
        {
            var connection = await factory.CreateConnectionAsync("aurora tutorial", cancellationToken).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            var missing = new List<string>();
            foreach (var queue in Queues)
            {
                if (!await ExistsAsync(connection, c => c.QueueDeclarePassiveAsync(queue, cancellationToken), cancellationToken).ConfigureAwait(false))
                {
                    missing.Add(queue);
                }
            }

            if (!missing.Contains(QueueNames.Commands))
            {
                throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, "--amqp", "",
                    $"must lead to a vhost without a cluster; this one has the queue '{QueueNames.Commands}'"));
            }

            var exchange = await ExistsAsync(connection, c => c.ExchangeDeclarePassiveAsync(QueueNames.Events, cancellationToken), cancellationToken).ConfigureAwait(false);
            return new QueueTraces(factory, missing, !exchange);
        }
        catch (BrokerUnreachableException e)
        {
            throw new AuroraException(ErrorCodes.ClusterUnreachable, $"RabbitMQ at {amqp.Host} cannot be reached: {e.InnerException?.Message ?? e.Message}", e);
        }
    }

    /// <summary>Removes what was not there before.</summary>
    internal async Task RemoveNewAsync()
    {
        var connection = await _factory.CreateConnectionAsync("aurora tutorial", CancellationToken.None).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var channel = await connection.CreateChannelAsync(cancellationToken: CancellationToken.None).ConfigureAwait(false);
        await using var __ = channel.ConfigureAwait(false);
        foreach (var queue in _newQueues)
        {
            await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: CancellationToken.None).ConfigureAwait(false);
        }

        if (_newExchange)
        {
            await channel.ExchangeDeleteAsync(QueueNames.Events, ifUnused: false, cancellationToken: CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>A passive declaration of what does not exist closes its channel, so each question has its own.</summary>
    private static async Task<bool> ExistsAsync(IConnection connection, Func<IChannel, Task> ask, CancellationToken cancellationToken)
    {
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        await using var _ = channel.ConfigureAwait(false);
        try
        {
            await ask(channel).ConfigureAwait(false);
            return true;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == 404)
        {
            return false;
        }
    }
}
