using System.Threading.Channels;
using Aurora.Broker.Dispatch;
using Aurora.Broker.FrontDoor;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Messaging;

namespace Aurora.Broker.Leadership;

/// <summary>
/// One term of leadership: reads the state, opens the loop, asks all workers to report, and consumes commands and reports. Everything that it holds in memory ends
/// with it.
/// </summary>
internal sealed class LeaderTerm : IAsyncDisposable
{
    private const int CommandPrefetch = 500;
    private const int StatusPrefetch = 1000;

    private readonly IMessageBus _bus;
    private readonly EffectSender _sender;
    private readonly List<IAsyncDisposable> _consumers = [];
    private readonly CancellationTokenSource _closing = new();

    private LeaderTerm(IMessageBus bus, EffectSender sender, BrokerLoop loop) => (_bus, _sender, Loop) = (bus, sender, loop);

    public BrokerLoop Loop { get; }

    /// <summary>Reads the state and makes the loop; nothing runs yet.</summary>
    public static async Task<LeaderTerm> LoadAsync(LeaderParts parts, Lease lease, CancellationToken cancellationToken)
    {
        var stored = await parts.Store.LoadAsync(cancellationToken);
        BrokerLoop? loop = null;
        var coordinators = new CoordinatorCalls((answer, ct) => loop!.OfferAsync(answer, ct), parts.Turn.Sla, parts.Time, parts.Loggers.CreateLogger<CoordinatorCalls>()); // The loop asks.
        var sender = new EffectSender(parts.Bus, new TaskReads(parts.Bus, parts.LogReadTimeout), coordinators, parts.Loggers.CreateLogger<EffectSender>());
        loop = TermBeginning.Of(stored, lease, parts.Turn, parts.Store, sender, parts.Poison, parts.Time, parts.Loggers.CreateLogger<BrokerLoop>()).Loop;
        return new LeaderTerm(parts.Bus, sender, loop);
    }

    /// <summary>Begins to consume.</summary>
    public async Task OpenAsync(CommandDoor commands, WorkerDoor workers, CancellationToken cancellationToken)
    {
        await _bus.DeclareQueueAsync(QueueNames.Commands, cancellationToken);
        await _bus.DeclareQueueAsync(QueueNames.Status, cancellationToken);
        _consumers.Add(await _bus.ConsumeAsync(QueueNames.Status, StatusPrefetch,
            (delivery, _) => HandleAsync(workers.AdmitAsync(delivery, Loop, _closing.Token)), cancellationToken));
        _consumers.Add(await _bus.ConsumeAsync(QueueNames.Commands, CommandPrefetch,
            (delivery, _) => HandleAsync(AdmitAsync(commands, delivery)), cancellationToken));
    }

    /// <summary>Ends the consumers, which hands back what is not acknowledged, and sends what was committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        foreach (var consumer in _consumers)
            await consumer.DisposeAsync();
        await _sender.DisposeAsync();
        Loop.Dispose();
        _closing.Dispose();
    }

    private async ValueTask AdmitAsync(CommandDoor commands, IDelivery delivery)
    {
        var message = delivery.Message;
        if (await commands.AdmitAsync(new BusRequest(_bus, delivery), message.Name, message.Version, message.Body, Loop, _closing.Token) is { } unreadable)
            delivery.Reject(unreadable);
    }

    // A handler that throws would have its delivery dead-lettered. One that meets a loop that has ended leaves it unsettled, so that it comes again.
    private static async ValueTask HandleAsync(ValueTask admission)
    {
        try
        {
            await admission;
        }
        catch (Exception e) when (e is ChannelClosedException or OperationCanceledException or BusException)
        {
            // The term is over, or the bus is away; both hand the delivery back.
        }
    }
}
