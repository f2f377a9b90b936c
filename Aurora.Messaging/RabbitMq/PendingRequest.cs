namespace Aurora.Messaging.RabbitMq;

/// <summary>A request that waits for its reply.</summary>
internal sealed class PendingRequest(string correlation)
{
    private readonly TaskCompletionSource<BusMessage> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _sent;

    public string Correlation => correlation;

    public Task<BusMessage> Reply => _reply.Task;

    /// <summary>Whether it went out on a connection; then it lives and dies with that connection.</summary>
    public bool IsSent => _sent;

    public void Sent() => _sent = true;

    public void Answer(BusMessage reply) => _reply.TrySetResult(reply);

    public void Fail(BusException error)
    {
        if (_reply.TrySetException(error))
            _ = _reply.Task.Exception;
    }
}
