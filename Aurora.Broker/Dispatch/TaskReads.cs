using Aurora.Broker.FrontDoor;
using Aurora.Broker.State;
using Aurora.Core.Errors;
using Aurora.Core.Messages;
using Aurora.Messaging;

namespace Aurora.Broker.Dispatch;

/// <summary>
/// Asks workers for what they keep of tasks (what processes wrote, files of sandboxes), and answers with what they say. Outside the loop, a bounded number at once.
/// </summary>
internal sealed class TaskReads(IMessageBus bus, TimeSpan timeout)
{
    private const int AtOnce = 128;
    private int _underWay;

    /// <summary>Begins a read; ends when it is under way or refused, so that a slow worker holds nobody else up.</summary>
    public Task StartAsync(ForwardedRead read, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _underWay) > AtOnce)
        {
            Interlocked.Decrement(ref _underWay);
            return Answer(read, FrontDoor.Answer.Refused(read.Command.CommandId, ErrorCodes.NotReady,
                $"the broker reads {AtOnce} logs and files already; try again", ReplyCode.ErrorTransient), cancellationToken);
        }

        return ReadAsync(read, cancellationToken);
    }

    private async Task ReadAsync(ForwardedRead read, CancellationToken cancellationToken)
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

    private async Task<Answer> AskAsync(ForwardedRead read, CancellationToken cancellationToken)
    {
        var question = Question(read.Command);
        var contract = MessageCatalog.Of(question.GetType());
        var message = new BusMessage(contract.Name, contract.Version, Guid.NewGuid(), contract.Write(question));
        try
        {
            var reply = await bus.RequestAsync(QueueNames.Worker(read.Worker), message, timeout, cancellationToken);
            var (said, error) = MessageCatalog.Read(reply.Name, reply.Version, reply.Body.Span);
            return AnswerTo(read.Command, said) ?? FrontDoor.Answer.Refused(read.Command.CommandId, ErrorCodes.ProtocolError,
                $"worker {read.Worker} gave an answer that cannot be read: {error ?? reply.Name}", ReplyCode.Error);
        }
        catch (Exception e) when (e is TimeoutException or BusException)
        {
            return FrontDoor.Answer.Refused(read.Command.CommandId, ErrorCodes.WorkerUnreachable,
                $"worker {read.Worker}, which holds the {(read.Command is ReadTaskLog ? "log" : "sandbox")} of task {read.Task}, did not answer within {timeout.TotalSeconds:0.#} s",
                ReplyCode.ErrorTransient);
        }
    }

    private static object Question(ICommand command) => command switch
    {
        ReadTaskLog read => new ReadLog(read.TaskId, read.Process, read.Run, read.Stream, read.Offset, read.MaxBytes),
        ReadTaskFile read => new ReadSandboxFile(read.TaskId, read.Path, read.Offset, read.MaxBytes),
        ListTaskFiles list => new ListSandbox(list.TaskId, list.Path),
        _ => throw new InvalidOperationException($"{command.GetType().Name} is nothing that a worker is asked."),
    };

    private static Answer? AnswerTo(ICommand command, object? said) => (command, said) switch
    {
        (ReadTaskLog, LogRead { Fault: { } fault }) => FrontDoor.Answer.Invalid(command.CommandId, [fault]),
        (ReadTaskLog, LogRead { Chunk: { } chunk }) => FrontDoor.Answer.Ok(command.CommandId, "", chunk),
        (ReadTaskFile, SandboxFileRead { Fault: { } fault }) => FrontDoor.Answer.Invalid(command.CommandId, [fault]),
        (ReadTaskFile, SandboxFileRead { Chunk: { } chunk }) => FrontDoor.Answer.Ok(command.CommandId, "", chunk),
        (ListTaskFiles, SandboxListed { Fault: { } fault }) => FrontDoor.Answer.Invalid(command.CommandId, [fault]),
        (ListTaskFiles list, SandboxListed { Entries: { } entries } listed) => FrontDoor.Answer.Ok(command.CommandId, "", new TaskFileList(list.Path, entries, listed.Truncated)),
        _ => null,
    };

    private static Task Answer(ForwardedRead read, Answer answer, CancellationToken cancellationToken) =>
        read.Request.AnswerAsync(answer.ToReply(), cancellationToken);
}
