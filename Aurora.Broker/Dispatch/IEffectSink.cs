using Aurora.Broker.State;

namespace Aurora.Broker.Dispatch;

/// <summary>Takes effects off the loop's hands. It never blocks; an effect that is lost is derived again from the state.</summary>
internal interface IEffectSink
{
    /// <summary>Takes effects, in order.</summary>
    /// <param name="effects">The effects of a committed turn.</param>
    void Send(IReadOnlyList<Effect> effects);
}
