namespace Aurora.Worker.Health;

/// <summary>
/// Makes the checks of one task: the first at once, then one every interval, counted from the start of the one before; never two at once, so that a check that takes longer
/// than the interval is followed by the next without a pause. While the file <c>.healthchecksnooze</c> (of any kind) is in the sandbox, the task counts as healthy and nothing is run.
/// What the results mean is decided by <see cref="HealthJudge"/>.
/// </summary>
/// <param name="probe">Makes one check.</param>
/// <param name="interval">The time between the starts of two checks.</param>
/// <param name="time">The clock.</param>
/// <param name="sandbox">The task's sandbox, an absolute path.</param>
/// <param name="told">Gets each result, in order, on a thread of its own choice; it must be quick. Not called any more once <see cref="DisposeAsync"/> has ended.</param>
internal sealed class HealthChecker(IHealthProbe probe, TimeSpan interval, TimeProvider time, string sandbox, Action<bool, string?> told) : IAsyncDisposable
{
    /// <summary>The file that stops checks.</summary>
    public const string SnoozeFile = ".healthchecksnooze";

    private readonly CancellationTokenSource _stop = new();
    private Task _checking = Task.CompletedTask;

    /// <summary>Begins; to be called once.</summary>
    public void Start() => _checking = Task.Run(CheckAsync, CancellationToken.None);

    /// <summary>Breaks off the check under way and makes no more. Does not wait.</summary>
    public void Stop()
    {
        if (!_stop.IsCancellationRequested)
        {
            _stop.Cancel();
        }
    }

    /// <summary>Stops, and waits until nothing of a check is left.</summary>
    /// <returns>A task that ends then.</returns>
    public async ValueTask DisposeAsync()
    {
        Stop();
        await _checking;
    }

    private async Task CheckAsync()
    {
        try
        {
            while (true)
            {
                var started = time.GetTimestamp();
                var result = IsSnoozed() ? HealthResult.Good : await ProbeAsync();
                _stop.Token.ThrowIfCancellationRequested();
                told(result.Healthy, result.Why);
                var pause = interval - time.GetElapsedTime(started);
                await Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task<HealthResult> ProbeAsync()
    {
        try
        {
            return await probe.CheckAsync(_stop.Token);
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            // The top of the loop: a task whose checks have ended without a word would be taken for healthy, or for starting, for ever.
            return HealthResult.Bad($"the health check could not be made: {e.Message}");
        }
    }

    // Looks at the name itself and follows no link: a link counts whatever it points to, and nothing outside of the sandbox is asked about.
    private bool IsSnoozed()
    {
        try
        {
            return (int)new FileInfo(Path.Combine(sandbox, SnoozeFile)).Attributes != -1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
