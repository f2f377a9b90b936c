using Aurora.Core.Messages;
using Aurora.Messaging;

namespace Aurora.Simulation.Bus;

/// <summary>A message as it travels.</summary>
/// <param name="Id">Its identity; a repeated sending keeps it.</param>
/// <param name="Content">A message of the catalog.</param>
/// <param name="Answer">Where a reply goes; null for none.</param>
internal sealed record SimulatedMessage(Guid Id, object Content, Action<Reply>? Answer = null)
{
    /// <summary>Whether it was delivered before and not settled.</summary>
    public bool Redelivered { get; init; }

    /// <summary>What has to be written and read back, so that what does not travel is not believed to.</summary>
    public SimulatedMessage OverTheWire()
    {
        var contract = MessageCatalog.Of(Content.GetType());
        var (content, error) = MessageCatalog.Read(contract.Name, contract.Version, contract.Write(Content));
        return this with { Content = content ?? throw new InvalidOperationException($"{contract.Name} cannot be read back: {error}") };
    }

    public BusMessage ToBusMessage() => new(Content.GetType().Name, 1, Id, ReadOnlyMemory<byte>.Empty);
}
