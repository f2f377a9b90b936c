using System.Security.Cryptography;
using System.Text;
using Aurora.Broker.State;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Messages;

namespace Aurora.Broker.FrontDoor;

/// <summary>
/// Where requests come in, from the bus and over HTTP alike: reads them, checks what needs no state, asks workers about a new job's role, and hands them to the
/// loop. What it refuses itself it answers at once; that depends on the request alone, so a repetition is refused again.
/// </summary>
internal sealed class CommandDoor(CommandChecks checks, RolePreflight preflight, PoisonList poison, ILogger logger)
{
    private const int PreflightsAtOnce = 100;
    private int _preflights;

    /// <summary>Takes a request in. Ends when the request is with the loop, answered, or being preflighted.</summary>
    /// <param name="request">Where it came from.</param>
    /// <param name="name">The message's name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="body">Its body.</param>
    /// <param name="loop">The leader's loop.</param>
    /// <param name="cancellationToken">The leader steps down.</param>
    /// <returns>Null, or why the request cannot be read at all; it was not answered then.</returns>
    public async ValueTask<string?> AdmitAsync(
        IRequest request, string name, int version, ReadOnlyMemory<byte> body, BrokerLoop loop, CancellationToken cancellationToken)
    {
        var (message, error) = MessageCatalog.Read(name, version, body.Span);
        if (message is not ICommand sent)
            return error ?? $"message '{name}' is no request";

        if (poison.Contains(sent.CommandId))
        {
            await RefuseAsync(request, Answer.Refused(sent.CommandId, ErrorCodes.ProtocolError,
                "this command brought the broker down by a defect; its log says more", ReplyCode.Error), cancellationToken);
            return null;
        }

        var faults = checks.Check(sent);
        if (faults.Count > 0)
        {
            await RefuseAsync(request, Answer.Invalid(sent.CommandId, faults), cancellationToken);
            return null;
        }

        var command = checks.Complete(sent);
        var input = new CommandInput(request, command, Digest(name, body.Span), Fingerprint(command), null);
        var role = (command as CreateJob)?.Job.Role ?? (command as StartUpdate)?.Job.Role;
        Fault? refusal = null;
        if (role is null || preflight.TryCheck(role, loop.LiveWorkers, out refusal))
        {
            await loop.OfferAsync(input with { Refusal = refusal }, cancellationToken);
            return null;
        }

        // Beyond the limit the sender waits in line behind this one. What is not waited for here is counted, and ends with the leader's term.
        var preflighting = PreflightAsync(input, role, loop, cancellationToken);
        if (Volatile.Read(ref _preflights) > PreflightsAtOnce)
            await preflighting;
        return null;
    }

    private async Task PreflightAsync(CommandInput input, string role, BrokerLoop loop, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _preflights);
        try
        {
            var refusal = await preflight.CheckAsync(role, loop.LiveWorkers, cancellationToken);
            await loop.OfferAsync(input with { Refusal = refusal }, cancellationToken);
        }
        catch (Exception e)
        {
            // The top of this request's own path: it was not stored, so it is as if it had not come.
            if (!cancellationToken.IsCancellationRequested)
                Log.PreflightFailed(logger, role, e);
            input.Abandon();
        }
        finally
        {
            Interlocked.Decrement(ref _preflights);
        }
    }

    private static async Task RefuseAsync(IRequest request, Answer answer, CancellationToken cancellationToken)
    {
        try
        {
            await request.AnswerAsync(answer.ToReply(), cancellationToken);
        }
        finally
        {
            request.Ack(); // The same request would be refused again.
        }
    }

    private static string? Fingerprint(ICommand command) => command switch
    {
        CreateJob create => TaskFingerprint.Of(create.Job),
        StartUpdate start => TaskFingerprint.Of(start.Job),
        _ => null,
    };

    private static string Digest(string name, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(name));
        hash.AppendData("\n"u8);
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
