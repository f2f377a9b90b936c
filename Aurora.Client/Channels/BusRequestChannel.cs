using Aurora.Core.Errors;
using Aurora.Core.Messages;
using Aurora.Messaging;

namespace Aurora.Client.Channels;

/// <summary>Sends requests through the bus to the leading broker's queue.</summary>
/// <param name="bus">The bus.</param>
/// <param name="destination">Where it leads, without secrets.</param>
/// <param name="ownsBus">Whether the bus ends with the channel.</param>
public sealed class BusRequestChannel(IMessageBus bus, string destination, bool ownsBus) : IRequestChannel
{
    /// <inheritdoc/>
    public string Destination => destination;

    /// <inheritdoc/>
    public async Task<Reply> SendAsync(ICommand request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var contract = MessageCatalog.Of(request.GetType());
        var message = new BusMessage(contract.Name, contract.Version, request.CommandId, contract.Write(request));
        BusMessage answer;
        try
        {
            answer = await bus.RequestAsync(QueueNames.Commands, message, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (BusException e)
        {
            throw new ChannelException(e.Message, e);
        }

        var (reply, error) = MessageCatalog.Read(answer.Name, answer.Version, answer.Body.Span);
        return reply as Reply ?? throw new AuroraException(ErrorCodes.ProtocolError,
            $"{destination} answered {contract.Name} with what cannot be read: {error ?? $"a message named '{answer.Name}'"}.");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ownsBus ? bus.DisposeAsync() : ValueTask.CompletedTask;
}
