using Aurora.Core.Errors;
using Aurora.Core.Messages;

namespace Aurora.Broker.FrontDoor;

/// <summary>A request whose caller waits in this process: an HTTP call, or one of the broker's own pages.</summary>
internal sealed class CallRequest(Guid messageId) : IRequest
{
    private readonly TaskCompletionSource<Reply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Guid MessageId { get; } = messageId;

    public Task<Reply> Reply => _reply.Task;

    public void Ack()
    {
    }

    public void Abandon() => _reply.TrySetResult(NotReady(MessageId));

    public Task AnswerAsync(Reply reply, CancellationToken cancellationToken)
    {
        _reply.TrySetResult(reply);
        return Task.CompletedTask;
    }

    public static Reply NotReady(Guid commandId) => Answer.Refused(
        commandId, ErrorCodes.NotReady, "this broker does not lead now; try again with the same command id", ReplyCode.ErrorTransient).ToReply();
}
