using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Aurora.Client.Channels;
using Aurora.Core.Errors;
using Aurora.Core.Messages;

namespace Aurora.Client;

/// <summary>
/// Sends one request until it is answered: what is transient (no reply in time, no connection, a broker that says "not now") is repeated with the same command
/// id after a growing, random pause, within a total time. A refusal becomes an <see cref="AuroraException"/> with the broker's code and faults.
/// </summary>
internal sealed class RequestSender(IRequestChannel channel, AuroraClientOptions options)
{
    /// <exception cref="AuroraException">The broker's refusal, or AUR3002, AUR3003, AUR3004 when time ran out.</exception>
    internal async Task<Answer<T>> SendAsync<T>(ICommand request, JsonTypeInfo<T> resultType, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(request, cancellationToken).ConfigureAwait(false);
        if (reply.Code != ReplyCode.Ok)
        {
            throw Refusal(reply);
        }

        try
        {
            if (reply.Result is { } json && json.Deserialize(resultType) is { } result)
            {
                return new Answer<T>(reply.Message, result);
            }
        }
        catch (JsonException e)
        {
            throw new AuroraException(ErrorCodes.ProtocolError, $"The broker's result of {NameOf(request)} cannot be read: {e.Message}", e);
        }

        throw new AuroraException(ErrorCodes.ProtocolError, $"The broker answered {NameOf(request)} without a result.");
    }

    private async Task<Reply> AskAsync(ICommand request, CancellationToken cancellationToken)
    {
        var began = options.Time.GetTimestamp();
        AuroraException? trouble = null;
        for (var attempt = 0; ; attempt++)
        {
            // A pause may last longer than it was asked to; an attempt without any time left would be no attempt.
            var left = options.Timeout - options.Time.GetElapsedTime(began);
            if (trouble is not null && left <= TimeSpan.Zero)
            {
                throw trouble;
            }

            try
            {
                var limit = left < options.AttemptTimeout ? left : options.AttemptTimeout;
                var reply = await channel.SendAsync(request, limit, cancellationToken).ConfigureAwait(false);
                if (reply.Code != ReplyCode.ErrorTransient)
                {
                    return reply;
                }

                trouble = Refusal(reply);
            }
            catch (TimeoutException e)
            {
                trouble = new AuroraException(ErrorCodes.Timeout,
                    $"{channel.Destination} did not answer {NameOf(request)} within {options.Timeout.TotalSeconds:0.#} s. It is not known whether it was carried out; look before repeating it.", e);
            }
            catch (ChannelException e)
            {
                trouble = new AuroraException(ErrorCodes.ClusterUnreachable,
                    $"{channel.Destination} could not be reached for {options.Timeout.TotalSeconds:0.#} s: {e.Message} Does the cluster run, and is its address in clusters.json right?", e);
            }

            var pause = RetryBackoff.Delay(attempt, Random.Shared.NextDouble());
            if (options.Time.GetElapsedTime(began) + pause >= options.Timeout)
            {
                throw trouble;
            }

            await Task.Delay(pause, options.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static AuroraException Refusal(Reply reply)
    {
        if (reply.Faults is { Count: > 0 })
        {
            return new AuroraException(reply.Faults);
        }

        var code = reply.ErrorCode ?? reply.Code switch
        {
            ReplyCode.AuthFailed => ErrorCodes.Unauthorized,
            ReplyCode.JobUpdatingError => ErrorCodes.JobUpdating,
            ReplyCode.ErrorTransient => ErrorCodes.NotReady,
            _ => ErrorCodes.ProtocolError,
        };
        return new AuroraException(code, reply.Message);
    }

    private static string NameOf(ICommand request) => MessageCatalog.Of(request.GetType()).Name;
}
