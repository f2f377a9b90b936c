using System.Text.Json;
using Aurora.Core.Errors;
using Aurora.Core.Messages;

namespace Aurora.Broker.FrontDoor;

/// <summary>A <see cref="Reply"/> whose result is not written as JSON yet, so that pages are written outside the loop.</summary>
/// <param name="CommandId">The request's.</param>
/// <param name="Code">How it went.</param>
/// <param name="Message">In words.</param>
/// <param name="ErrorCode">When not OK.</param>
/// <param name="Faults">When input is wrong.</param>
/// <param name="Result">When OK: a result record of the catalog's JSON.</param>
internal sealed record Answer(Guid CommandId, ReplyCode Code, string Message, string? ErrorCode, IReadOnlyList<Fault> Faults, object? Result)
{
    public static Answer Ok(Guid commandId, string message, object result) => new(commandId, ReplyCode.Ok, message, null, [], result);

    public static Answer Refused(Guid commandId, string errorCode, string message, ReplyCode code = ReplyCode.InvalidRequest) =>
        new(commandId, code, message, errorCode, [], null);

    public static Answer Invalid(Guid commandId, IReadOnlyList<Fault> faults) =>
        new(commandId, ReplyCode.InvalidRequest, string.Join("; ", faults.Select(f => f.ToString())), faults[0].Code, faults, null);

    public static Answer Of(Reply reply) => new(reply.CommandId, reply.Code, reply.Message, reply.ErrorCode, reply.Faults, reply.Result);

    public Reply ToReply() => new(CommandId, Code, Message, ErrorCode, Faults, Result switch
    {
        null => null,
        JsonElement element => element,
        _ => JsonSerializer.SerializeToElement(Result, AuroraJson.Default.GetTypeInfo(Result.GetType())!), // Results are records of the context.
    });
}
