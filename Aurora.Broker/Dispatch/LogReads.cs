using Aurora.Broker.FrontDoor;
using Aurora.Broker.State;
using Aurora.Core.Errors;
using Aurora.Core.Messages;
using Aurora.Messaging;

namespace Aurora.Broker.Dispatch;

/// <summary>Asks workers for what processes wrote, and answers with what they say. Outside the loop, a bounded number at once.</summary>
internal sealed class LogReads(IMessageBus bus, TimeSpan timeout)
{
    private const int AtOnce = 128;
    private int _underWay;

    /// <summary>Begins a read; ends when it is under way or refused, so that a slow worker holds nobody else up.</summary>
    public Task StartAsync(ForwardedLogRead read, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _underWay) > AtOnce)
        {
            Interlocked.Decrement(ref _underWay);
            return Answer(read, FrontDoor.Answer.Refused(read.Command.CommandId, ErrorCodes.NotReady,
                $"the broker reads {AtOnce} logs already; try again", ReplyCode.ErrorTransient), cancellationToken);
        }

        return ReadAsync(read, cancellationToken);
    }

    private async Task ReadAsync(ForwardedLogRead read, CancellationToken cancellationToken)
    {
        try
        {
            await Answer(read, await AskAsync(read, cancellationToken), cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task<Answer> AskAsync(ForwardedLogRead read, CancellationToken cancellationToken)
    {
        var command = read.Command;
        var contract = MessageCatalog.Of(typeof(ReadLog));
        var body = contract.Write(new ReadLog(command.TaskId, command.Process, command.Run, command.Stream, command.Offset, command.MaxBytes));
        try
        {
            var reply = await bus.RequestAsync(QueueNames.Worker(read.Worker), new BusMessage(contract.Name, contract.Version, Guid.NewGuid(), body), timeout, cancellationToken);
            return MessageCatalog.Read(reply.Name, reply.Version, reply.Body.Span) switch
            {
                ({ } message, _) when message is LogRead { Chunk: { } chunk } => FrontDoor.Answer.Ok(command.CommandId, "", chunk),
                ({ } message, _) when message is LogRead { Fault: { } fault } => FrontDoor.Answer.Invalid(command.CommandId, [fault]),
                (_, var error) => FrontDoor.Answer.Refused(command.CommandId, ErrorCodes.ProtocolError,
                    $"worker {read.Worker} gave an answer that cannot be read: {error ?? reply.Name}", ReplyCode.Error),
            };
        }
        catch (Exception e) when (e is TimeoutException or BusException)
        {
            return FrontDoor.Answer.Refused(command.CommandId, ErrorCodes.WorkerUnreachable,
                $"worker {read.Worker}, which holds the log of task {command.TaskId}, did not answer within {timeout.TotalSeconds:0.#} s", ReplyCode.ErrorTransient);
        }
    }

    private static Task Answer(ForwardedLogRead read, Answer answer, CancellationToken cancellationToken) =>
        read.Request.AnswerAsync(answer.ToReply(), cancellationToken);
}
