using System.Reflection;
using System.Text.RegularExpressions;
using Aurora.Broker.FrontDoor;
using Aurora.Broker.Leadership;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Broker.Web;
using Aurora.Core.Errors;
using Aurora.Messaging;

namespace Aurora.Broker.Hosting;

/// <summary>
/// A running broker: its candidate for leadership and its HTTP endpoint. The store and the bus are the caller's, who disposes them after it.
/// </summary>
internal sealed class BrokerHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Candidate _candidate;
    private readonly Lazy<Task> _stopped;
    private WebEndpoint? _web;
    private Task _running = Task.CompletedTask;

    private BrokerHost(Candidate candidate)
    {
        _candidate = candidate;
        _stopped = new Lazy<Task>(StopAsync);
    }

    /// <summary>Where the pages and the HTTP endpoint are, with the port that was taken; null without.</summary>
    public Uri? WebAddress => _web?.Address;

    /// <summary>Whether this broker leads now.</summary>
    public bool IsLeading => _candidate.Loop is not null;

    /// <summary>Ends when this broker leads.</summary>
    public Task WhenLeading => _candidate.WhenLeading;

    /// <summary>Brings the store's schema up, opens the HTTP endpoint, and begins to run for leadership.</summary>
    /// <param name="options">The options.</param>
    /// <param name="store">The store; not disposed.</param>
    /// <param name="bus">The bus; not disposed.</param>
    /// <param name="loggers">Where to report.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The broker; disposing it finishes the batch that it holds, gives the lease up and closes the endpoint.</returns>
    /// <exception cref="AuroraException">AUR5001: the options cannot be used, or the address is taken.</exception>
    public static async Task<BrokerHost> StartAsync(
        BrokerOptions options, IStore store, IMessageBus bus, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        if (options.Validate() is { Count: > 0 } faults)
            throw new AuroraException(faults);

        await store.MigrateAsync(cancellationToken);
        var poison = new PoisonList();
        var door = new CommandDoor(
            new CommandChecks(options.ClusterName, new Regex(options.AllowedEnvironments, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)), options.Tiers, options.Sla),
            new RolePreflight(bus, time), poison, loggers.CreateLogger<CommandDoor>());
        var address = options.PublicAddress ?? options.HttpAddress ?? "";
        var turn = new TurnOptions
        {
            ClusterName = options.ClusterName,
            BrokerName = options.BrokerName,
            Version = Version,
            BaseUrl = () => Volatile.Read(ref address).TrimEnd('/'),
            WorkerLostAfter = options.WorkerLostAfter,
            Retention = options.Retention,
            Timeouts = options.Timeouts,
            Backoff = options.Backoff,
            Reconciliation = options.Reconciliation,
            Sla = options.Sla,
            Drains = options.Drains,
            Tiers = options.Tiers,
            DefaultQuota = options.DefaultQuota,
            Preemption = options.Preemption,
            Placement = options.Placement,
        };
        var candidate = new Candidate(new LeaderParts(store, bus, turn, poison, time, loggers, options.LogReadTimeout), door, new WorkerDoor(poison),
            options.Lease, loggers.CreateLogger<Candidate>());
        var host = new BrokerHost(candidate);
        if (options.HttpAddress is not null)
        {
            host._web = await WebEndpoint.StartAsync(options, candidate, door, bus, loggers, cancellationToken);
            if (options.PublicAddress is null)
                Volatile.Write(ref address, host._web.Address.ToString());
        }

        host._running = Task.Run(() => candidate.RunAsync(options.BrokerName, address.TrimEnd('/'), host._stop.Token), CancellationToken.None);
        return host;
    }

    /// <summary>Stops it. May be called again, and by several at once: it stops once, and everybody waits for that.</summary>
    /// <returns>A task that ends when it has stopped.</returns>
    public ValueTask DisposeAsync() => new(_stopped.Value);

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        if (_web is not null)
            await _web.DisposeAsync();
        _stop.Dispose();
    }

    private static string Version => typeof(BrokerHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
