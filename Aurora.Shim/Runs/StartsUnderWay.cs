namespace Aurora.Shim.Runs;

/// <summary>
/// The processes that are being started at this moment, by several threads. A run is started by one of them; whoever asks for it waits until it is known whether it was.
/// What changes this whole process while it starts something (its limits) is alone meanwhile.
/// </summary>
internal sealed class StartsUnderWay
{
    private readonly object _gate = new();
    private readonly Dictionary<RunKey, long> _starts = [];
    private long _last;
    private bool _alone;

    /// <summary>Whether nothing is being started.</summary>
    public bool None
    {
        get
        {
            lock (_gate)
            {
                return _starts.Count == 0;
            }
        }
    }

    /// <summary>Begins, once nobody else starts the same run. Then <see cref="End"/>.</summary>
    /// <param name="key">The run.</param>
    /// <param name="alone">Whether nothing else may be started meanwhile.</param>
    public void Begin(RunKey key, bool alone)
    {
        lock (_gate)
        {
            while (_alone || (alone && _starts.Count > 0) || _starts.ContainsKey(key))
            {
                Monitor.Wait(_gate);
            }

            _alone = alone;
            _starts[key] = ++_last;
        }
    }

    /// <summary>It is known whether the run was started.</summary>
    /// <param name="key">The run.</param>
    public void End(RunKey key)
    {
        lock (_gate)
        {
            _starts.Remove(key);
            _alone = false;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits while a run is being started.</summary>
    /// <param name="key">The run.</param>
    public void Wait(RunKey key)
    {
        lock (_gate)
        {
            while (_starts.ContainsKey(key))
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Waits for everything that is being started now, not for what is begun meanwhile.</summary>
    public void WaitForAll()
    {
        lock (_gate)
        {
            for (var last = _last; _starts.Values.Any(number => number <= last);)
            {
                Monitor.Wait(_gate);
            }
        }
    }
}
