using System.Text.Json;
using Aurora.Core.Errors;

namespace Aurora.Core.Messages;

/// <summary>The answer to a request.</summary>
/// <param name="CommandId">The request's.</param>
/// <param name="Code">How it went.</param>
/// <param name="Message">In words, for people: <c>1 new tasks pending for job …</c>, or what is wrong.</param>
/// <param name="ErrorCode">When not OK: one of <see cref="ErrorCodes"/>.</param>
/// <param name="Faults">When input is wrong: every fault.</param>
/// <param name="Result">When OK: the result that the request's documentation names.</param>
public sealed record Reply(
    Guid CommandId, ReplyCode Code, string Message, string? ErrorCode, IReadOnlyList<Fault> Faults, JsonElement? Result);

/// <summary>How a request went (aurora-spec section 9.3). On the wire in capitals.</summary>
public enum ReplyCode
{
    /// <summary>Done, and stored.</summary>
    Ok,

    /// <summary>Refused; the same request will be refused again while the state stays.</summary>
    InvalidRequest,

    /// <summary>Refused because an update of the job is active.</summary>
    JobUpdatingError,

    /// <summary>The sender may not do this.</summary>
    AuthFailed,

    /// <summary>Could not be done now; repeating it with the same command id is safe.</summary>
    ErrorTransient,

    /// <summary>A defect on the broker's side; its log says more.</summary>
    Error,
}
