using Aurora.Broker.Dispatch;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Messages;

namespace Aurora.Broker.Leadership;

/// <summary>How a term begins, whatever carries its messages: the state is made of what was stored, and every worker is asked how it stands.</summary>
/// <param name="Machine">The broker without its surroundings.</param>
/// <param name="Loop">What drives it; it does not run yet.</param>
internal sealed record TermBeginning(BrokerMachine Machine, BrokerLoop Loop)
{
    /// <summary>Begins a term.</summary>
    /// <param name="stored">What the store holds.</param>
    /// <param name="lease">The leadership.</param>
    /// <param name="turn">What the loop's turns must know.</param>
    /// <param name="store">Where the loop commits.</param>
    /// <param name="effects">Where its effects go; the first ones leave at once.</param>
    /// <param name="poison">Messages that must not be applied.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where the loop reports.</param>
    /// <returns>The term's machine and loop.</returns>
    public static TermBeginning Of(
        StoredState stored, Lease lease, TurnOptions turn, IStore store, IEffectSink effects, PoisonList poison, TimeProvider time, ILogger logger)
    {
        var now = time.GetUtcNow();
        var machine = new BrokerMachine(BrokerState.Load(stored, now, turn.Tiers), turn, now);
        var loop = new BrokerLoop(machine, store, lease.Epoch, effects, poison, time, logger);
        effects.Send([.. stored.Workers.Select(w => new ToWorker(w.Id, new SendHello()))]);
        return new TermBeginning(machine, loop);
    }
}
