using System.Security.Cryptography;
using Aurora.Broker.Hosting;
using Aurora.Broker.Storage;
using Aurora.Client;
using Aurora.Client.Clusters;
using Aurora.Core.Errors;
using Aurora.Core.Messages;
using Aurora.Messaging;
using Aurora.Messaging.InProcess;
using Aurora.Messaging.RabbitMq;
using Aurora.Worker.Hosting;

namespace Aurora.Cli.Dev;

/// <summary>
/// A broker and a worker in one process: the composition of the embedded default. <c>kill -9</c> of it ends no task; the next one on the same folder adopts them.
/// <see cref="StopAsync"/> ends them.
/// </summary>
internal sealed class DevCluster : IAsyncDisposable
{
    /// <summary>A person waits at the prompt: shorter than the minute that a worker in production gives.</summary>
    private static readonly TimeSpan KillWait = TimeSpan.FromSeconds(10);
    /// <summary>On one's own machine nobody grants quotas: a production job runs as it is. A quota that is set all the same is kept to.</summary>
    private static readonly QuotaAmount Plenty = new(1_000_000, 1L << 60, 1L << 60);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Stack<IAsyncDisposable> _parts = new();
    private ClusterRegistration? _registration;
    private WorkerHost? _worker;

    private DevCluster(string name) => Entry = new ClusterEntry(name, null, null, "");

    /// <summary>How it is reached.</summary>
    internal ClusterEntry Entry { get; private set; }

    /// <summary>Where its pages are.</summary>
    internal Uri WebAddress { get; private set; } = new("http://127.0.0.1");

    /// <summary>Starts it; ends when it leads, its worker is registered, and it is entered in clusters.json.</summary>
    /// <exception cref="AuroraException">AUR5001: an option, address or folder cannot be used. AUR3002: RabbitMQ cannot be reached. AUR3003: it did not become ready.</exception>
    internal static async Task<DevCluster> StartAsync(DevOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        var cluster = new DevCluster(options.Name);
        try
        {
            await cluster.StartPartsAsync(options, loggers, time, cancellationToken).ConfigureAwait(false);
            return cluster;
        }
        catch (Exception e) when (e is StoreException or BusException)
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw new AuroraException(e is BusException ? ErrorCodes.ClusterUnreachable : ErrorCodes.NotReady, $"The cluster cannot start: {e.Message}", e);
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes it out of clusters.json and ends its tasks; disposing it afterwards ends the rest.</summary>
    internal async Task StopAsync(string reason, CancellationToken cancellationToken)
    {
        try
        {
            await UnregisterAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // A clusters.json that somebody broke meanwhile is told, but must not leave tasks running.
            if (_worker is not null)
            {
                await _worker.StopTasksAsync(reason, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await UnregisterAsync(CancellationToken.None).ConfigureAwait(false);
        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task UnregisterAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _registration, null) is { } registration)
        {
            await registration.UnregisterAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task StartPartsAsync(DevOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken stop)
    {
        Own(FolderLock.Take(options.Folder));
        var store = Own(StoreFactory.Open(options.SqlServer is { } connection
            ? new StoreOptions { SqlServer = connection }
            : new StoreOptions { SqliteFile = Path.Combine(options.Folder, "aurora.db") }, time, loggers));
        var (brokerBus, workerBus) = await ConnectAsync(options, loggers, time, stop).ConfigureAwait(false);
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var broker = Own(await BrokerHost.StartAsync(
            new BrokerOptions
            {
                ClusterName = options.Name, HttpAddress = $"http://127.0.0.1:{options.Port}", WebToken = token, DefaultQuota = Plenty,
            },
            store, brokerBus, loggers, time, stop).ConfigureAwait(false));
        WebAddress = broker.WebAddress!; // It was given an address.
        await LeadAsync(broker, time, stop).ConfigureAwait(false);

        _worker = Own(await WorkerHost.StartAsync(WorkerOptionsOf(options), workerBus, loggers, time, stop).ConfigureAwait(false));
        var http = new ClusterEntry(options.Name, WebAddress, token, Path.Combine(options.RegisterFolder ?? "", "clusters.json"));
        await WaitForWorkerAsync(http, time, stop).ConfigureAwait(false);
        Entry = options.Amqp is null ? http : http with { Address = options.Amqp, Token = null };
        if (options.RegisterFolder is not null)
        {
            _registration = await ClusterRegistration.RegisterAsync(Entry, stop).ConfigureAwait(false);
        }
    }

    private static async Task LeadAsync(BrokerHost broker, TimeProvider time, CancellationToken stop)
    {
        try
        {
            await broker.WhenLeading.WaitAsync(StartLimit, time, stop).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new AuroraException(ErrorCodes.NotReady,
                $"The broker did not become the leader within {StartLimit.TotalSeconds:0} s; another broker on the same database may lead.", e);
        }
    }

    private async Task<(IMessageBus Broker, IMessageBus Worker)> ConnectAsync(DevOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken stop)
    {
        if (options.Amqp is null)
        {
            var bus = Own(new InProcessBus(null, loggers.CreateLogger<InProcessBus>(), time));
            return (bus, Own(bus.Connect()));
        }

        async Task<IMessageBus> RabbitAsync(string name) => Own(await RabbitMqBus.ConnectAsync(
            RabbitMqOptions.For(options.Amqp) with { ConnectionName = name }, loggers.CreateLogger<RabbitMqBus>(), time, stop).ConfigureAwait(false));
        return (await RabbitAsync("aurora dev broker").ConfigureAwait(false), await RabbitAsync("aurora dev worker").ConfigureAwait(false));
    }

    private static WorkerOptions WorkerOptionsOf(DevOptions options)
    {
        var worker = new WorkerOptions
        {
            Folder = Path.Combine(options.Folder, "worker"),
            Total = options.Offer(Machine.Resources(options.Folder)),
            RunAllRolesAsCurrentUser = !Environment.IsPrivilegedProcess,
            KillWait = KillWait,
        };
        return options.Worker is { } id ? worker with { Id = id } : worker;
    }

    /// <summary>Asks over HTTP, as a client would, so that "ready" means what it says.</summary>
    private static async Task WaitForWorkerAsync(ClusterEntry entry, TimeProvider time, CancellationToken stop)
    {
        var client = await AuroraConnection.OpenAsync(entry, new AuroraClientOptions { Time = time }, stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);
        var began = time.GetTimestamp();
        while (!(await client.GetClusterAsync(stop).ConfigureAwait(false)).Workers.Any(w => w.IsUp))
        {
            if (time.GetElapsedTime(began) > StartLimit)
            {
                throw new AuroraException(ErrorCodes.Timeout, $"The worker did not register within {StartLimit.TotalSeconds:0} s.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), time, stop).ConfigureAwait(false);
        }
    }

    private T Own<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }
}
