namespace Aurora.Shim.Serving;

/// <summary>
/// A second thread that starts processes for a session. Whoever starts one sleeps until it executes its program, and that waits for a processor; meanwhile the session can
/// start the next. It is asked only when there is a next one, and made with the first that it is asked for.
/// </summary>
/// <param name="spawn">Serves one request.</param>
/// <param name="broken">Told when a request could not be served at all; this thread then has ended.</param>
internal sealed class SecondSpawner(Action<SpawnOrder> spawn, Action<Exception> broken)
{
    private readonly object _gate = new();
    private SpawnOrder? _order;
    private bool _started;
    private bool _ended;

    /// <summary>Takes a request, unless another one is being served.</summary>
    /// <param name="order">The request.</param>
    /// <returns>False when it was not taken.</returns>
    public bool TryTake(SpawnOrder order)
    {
        lock (_gate)
        {
            if (_order is not null || _ended)
            {
                return false;
            }

            _order = order;
            if (!_started)
            {
                _started = true;
                new Thread(Loop, maxStackSize: 256 * 1024) { IsBackground = true, Name = "spawner" }.Start();
            }

            Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>Waits until nothing is being served.</summary>
    public void WaitForIt()
    {
        lock (_gate)
        {
            while (_order is not null)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Ends the thread, once nothing is being served.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Loop()
    {
        while (Next() is { } order)
        {
            try
            {
                spawn(order);
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException or ObjectDisposedException)
            {
                End();
                broken(exception);
            }

            lock (_gate)
            {
                _order = null;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private SpawnOrder? Next()
    {
        lock (_gate)
        {
            while (_order is null && !_ended)
            {
                Monitor.Wait(_gate);
            }

            return _order;
        }
    }
}
