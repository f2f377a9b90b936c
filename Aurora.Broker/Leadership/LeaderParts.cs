using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Messaging;

namespace Aurora.Broker.Leadership;

/// <summary>What a term of leadership is made of. None of it ends with the term.</summary>
/// <param name="Store">The store.</param>
/// <param name="Bus">The bus.</param>
/// <param name="Turn">What the loop's turns must know.</param>
/// <param name="Poison">Messages that must not be applied.</param>
/// <param name="Time">The clock.</param>
/// <param name="Loggers">Where to report.</param>
/// <param name="LogReadTimeout">How long a worker may take to hand out a log or a file.</param>
internal sealed record LeaderParts(
    IStore Store, IMessageBus Bus, TurnOptions Turn, PoisonList Poison, TimeProvider Time, ILoggerFactory Loggers, TimeSpan LogReadTimeout);
