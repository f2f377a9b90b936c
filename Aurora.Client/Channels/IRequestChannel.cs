using Aurora.Core.Errors;
using Aurora.Core.Messages;

namespace Aurora.Client.Channels;

/// <summary>One way to the leading broker. Sends a request once; repeating it is <see cref="AuroraClient"/>'s business. Two implementations: HTTP and the bus.</summary>
public interface IRequestChannel : IAsyncDisposable
{
    /// <summary>Where it leads, for messages to people; holds no secrets.</summary>
    string Destination { get; }

    /// <summary>Sends one request and waits for its reply.</summary>
    /// <param name="request">The request; its command id travels with it.</param>
    /// <param name="timeout">How long to wait for the reply.</param>
    /// <param name="cancellationToken">Gives up waiting; the request may be handled nevertheless.</param>
    /// <returns>The reply.</returns>
    /// <exception cref="TimeoutException">No reply in time: the outcome is unknown, and repeating the request is safe.</exception>
    /// <exception cref="ChannelException">The broker cannot be reached now: repeating the request is safe.</exception>
    /// <exception cref="AuroraException">Repeating is useless: AUR3005 (credentials), AUR3008 (an answer that cannot be read).</exception>
    Task<Reply> SendAsync(ICommand request, TimeSpan timeout, CancellationToken cancellationToken);
}
