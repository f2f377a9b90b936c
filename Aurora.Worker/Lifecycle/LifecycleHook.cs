using Aurora.Worker.Health;

namespace Aurora.Worker.Lifecycle;

/// <summary>The HTTP calls that ask a task to end by itself before it is signalled (aurora-spec sections 2.8 and 3.6).</summary>
internal static class LifecycleHook
{
    /// <summary>Posts to an endpoint of the task.</summary>
    /// <param name="port">The number of the lifecycle's port.</param>
    /// <param name="endpoint">The path.</param>
    /// <param name="timeout">How long a response may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether there was an HTTP response, of whatever status: only then it is worth waiting for the task to end.</returns>
    public static async Task<bool> PostAsync(int port, string endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        either.CancelAfter(timeout);
        try
        {
            using var response = await LoopbackHttp.SendAsync(HttpMethod.Post, port, endpoint, either.Token);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }
}
