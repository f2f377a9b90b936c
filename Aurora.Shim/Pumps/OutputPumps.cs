using Aurora.Shim.Native;
using Aurora.Shim.Runs;

namespace Aurora.Shim.Pumps;

/// <summary>
/// All pumps, and the one thread that serves them; it starts with the first. One lock guards them all: the reaper takes a pump's rest before it tells a run's
/// end. Weak where there are very many: each takes two or three of this process's 1024 files.
/// </summary>
internal sealed unsafe class OutputPumps
{
    private const short Readable = 1;

    private readonly Lock _gate = new();
    private readonly Dictionary<RunKey, List<OutputPump>> _pumps = [];
    private PumpBuffer? _buffer;
    private (int In, int Out) _wake;

    /// <summary>Told, on the pumps' thread and without a lock held, when the last stream of a run has ended.</summary>
    public Action<RunKey>? Ended { get; set; }

    /// <summary>Whether any stream is open.</summary>
    public bool Any
    {
        get
        {
            lock (_gate)
            {
                return _pumps.Count > 0;
            }
        }
    }

    /// <summary>Whether a stream of the run is open.</summary>
    /// <param name="key">The run.</param>
    /// <returns>True when one is.</returns>
    public bool IsOpen(RunKey key)
    {
        lock (_gate)
        {
            return _pumps.ContainsKey(key);
        }
    }

    /// <summary>Prepares the streams of a process that is about to be started; they are pumped once the process has opened them.</summary>
    /// <param name="key">The run.</param>
    /// <param name="plans">What becomes of its streams; at least one.</param>
    /// <returns>Null, or why it cannot be done; then nothing is left of it.</returns>
    public string? Prepare(RunKey key, IEnumerable<PumpPlan> plans)
    {
        lock (_gate)
        {
            var opened = new List<OutputPump>();
            foreach (var plan in plans)
            {
                if (OutputPump.Open(key, plan, create: true, out var fault) is not { } pump)
                {
                    opened.ForEach(p => p.Abandon());
                    return fault;
                }

                opened.Add(pump);
            }

            _pumps[key] = opened;
            return null;
        }
    }

    /// <summary>Begins to pump: the process has its streams open by now.</summary>
    public void Serve()
    {
        lock (_gate)
        {
            if (_buffer is null)
            {
                _buffer = new PumpBuffer();
                _wake = Libc.MakePipe();
                new Thread(Loop, maxStackSize: 256 * 1024) { IsBackground = true, Name = "pumps" }.Start();
            }
        }

        byte any = 0;
        _ = Libc.Write(_wake.Out, &any, 1);
    }

    /// <summary>Drops the streams of a process that could not be started.</summary>
    /// <param name="key">The run.</param>
    public void Abandon(RunKey key)
    {
        lock (_gate)
        {
            if (_pumps.Remove(key, out var pumps))
            {
                pumps.ForEach(p => p.Abandon());
            }
        }
    }

    /// <summary>Goes on with the streams of runs that an earlier shim had started, as far as they are still there.</summary>
    /// <param name="runs">The runs.</param>
    public void Adopt(IEnumerable<RunState> runs)
    {
        var found = runs.SelectMany(r => r.Pumps.Select(plan => (r.Key, Plan: plan))).Where(p => File.Exists(p.Plan.Fifo)).ToList();
        if (found.Count == 0)
        {
            return;
        }

        Serve();
        lock (_gate)
        {
            foreach (var (key, plan) in found)
            {
                if (OutputPump.Open(key, plan, create: false, out var fault) is { } pump)
                {
                    _pumps.TryAdd(key, []);
                    _pumps[key].Add(pump);
                }
                else
                {
                    ShimLog.Write($"output of {key} is not written any more: {fault}");
                }
            }
        }

        foreach (var key in found.Select(p => p.Key).Distinct())
        {
            Drain(key);
        }

        Serve();
    }

    /// <summary>Takes what the run has written until now; what others write meanwhile may follow later.</summary>
    /// <param name="key">The run.</param>
    public void Drain(RunKey key)
    {
        lock (_gate)
        {
            if (!_pumps.TryGetValue(key, out var pumps) || _buffer is not { } buffer)
            {
                return;
            }

            foreach (var pump in pumps)
            {
                var waiting = pump.Waiting();
                do
                {
                    waiting -= pump.Step(buffer);
                }
                while (waiting > 0 && !pump.Closed);
            }

            RemoveClosed(key, pumps);
        }
    }

    private void Loop()
    {
        while (true)
        {
            OutputPump[] pumps;
            lock (_gate)
            {
                pumps = [.. _pumps.Values.SelectMany(p => p)];
            }

            var descriptors = new Libc.PollDescriptor[pumps.Length + 1];
            descriptors[^1] = new() { Descriptor = _wake.In, Events = Readable };
            for (var i = 0; i < pumps.Length; i++)
            {
                descriptors[i] = new() { Descriptor = pumps[i].Fifo, Events = Readable };
            }

            Serve(pumps, descriptors);
        }
    }

    /// <summary>Waits for and serves one set of pumps until the set changes.</summary>
    private void Serve(OutputPump[] pumps, Libc.PollDescriptor[] descriptors)
    {
        while (true)
        {
            fixed (Libc.PollDescriptor* start = descriptors)
            {
                if (Libc.Poll(start, (nuint)descriptors.Length, -1) < 0)
                {
                    continue;
                }
            }

            var changed = false;
            for (var i = 0; i < pumps.Length; i++)
            {
                changed |= descriptors[i].Returned != 0 && !Step(pumps[i]);
            }

            if (descriptors[^1].Returned != 0)
            {
                var told = stackalloc byte[64];
                _ = Libc.Read(_wake.In, told, 64);
                return;
            }

            if (changed)
            {
                return;
            }
        }
    }

    /// <summary>Returns false when the pump is not there any more.</summary>
    private bool Step(OutputPump pump)
    {
        lock (_gate)
        {
            if (pump.Closed || _buffer is not { } buffer)
            {
                return false;
            }

            pump.Step(buffer);
            if (!pump.Closed || !_pumps.TryGetValue(pump.Key, out var pumps) || !RemoveClosed(pump.Key, pumps))
            {
                return !pump.Closed;
            }
        }

        Ended?.Invoke(pump.Key);
        return false;
    }

    private bool RemoveClosed(RunKey key, List<OutputPump> pumps)
    {
        pumps.RemoveAll(p => p.Closed);
        return pumps.Count == 0 && _pumps.Remove(key);
    }
}
