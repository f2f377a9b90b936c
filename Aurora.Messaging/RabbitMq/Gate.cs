namespace Aurora.Messaging.RabbitMq;

/// <summary>Open, or closed with a reason: closed while the server blocks publishers (connection.blocked: low on memory or disk).</summary>
internal sealed class Gate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _opening;

    /// <summary>Why it is closed; null when it is open.</summary>
    public string? ClosedBecause { get; private set; }

    public void Close(string reason)
    {
        lock (_lock)
        {
            ClosedBecause = reason;
            _opening ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Open()
    {
        TaskCompletionSource? opening;
        lock (_lock)
        {
            ClosedBecause = null;
            (opening, _opening) = (_opening, null);
        }
        opening?.SetResult();
    }

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return _opening is { } opening ? opening.Task.WaitAsync(cancellationToken) : Task.CompletedTask;
    }
}
