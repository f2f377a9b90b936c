using System.Diagnostics;
using Aurora.Simulation.Coverage;

namespace Aurora.Simulation.Seeds;

/// <summary>Runs many seeds, one per thread at a time; each run has one thread to itself.</summary>
internal sealed class SeedRange(ulong first, int count)
{
    private readonly Lock _lock = new();
    private readonly List<Failure> _failures = [];
    private long _next = -1;
    private volatile bool _isEnough;
    private long _events;
    private TimeSpan _simulated;

    public IReadOnlyList<Failure> Failures => _failures;

    public TransitionCoverage Coverage { get; } = new();

    public TimeSpan Simulated => _simulated;

    public long Events => _events;

    public TimeSpan Took { get; private set; }

    public TimeSpan Cpu { get; private set; }

    public int Done { get; private set; }

    public string Summary => $"{Done} seeds in {Took.TotalSeconds:0.0} s, {Cpu.TotalMilliseconds / Math.Max(1, Done):0.0} ms CPU each; "
        + $"{Simulated.TotalHours:0} h simulated, {Events} events; {Failures.Count} failed";

    /// <summary>Runs them.</summary>
    /// <param name="options">How.</param>
    /// <param name="stopAfter">After how many failures the rest is left out.</param>
    /// <param name="progress">Told after each seed.</param>
    /// <param name="until">After which failure the rest is left out.</param>
    /// <returns>This.</returns>
    public SeedRange Run(RunOptions options, int stopAfter = int.MaxValue, Action<SeedRange>? progress = null, Func<Failure, bool>? until = null)
    {
        var (watch, cpu) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        var threads = Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount)).Select(_ => new Thread(() => Work(options, stopAfter, progress, until), 16 << 20)).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        (Took, Cpu) = (watch.Elapsed, Process.GetCurrentProcess().TotalProcessorTime - cpu);
        return this;
    }

    private void Work(RunOptions options, int stopAfter, Action<SeedRange>? progress, Func<Failure, bool>? until)
    {
        while (!_isEnough && _failures.Count < stopAfter && Interlocked.Increment(ref _next) is var index && index < count)
        {
            var result = SeedResult.Of(first + (ulong)index, options);
            lock (_lock)
            {
                Done++;
                _events += result.Events;
                _simulated += result.Elapsed;
                Coverage.Add(result.Coverage);
                if (result.Failure is { } failure)
                {
                    _failures.Add(failure);
                    _isEnough |= until?.Invoke(failure) == true;
                }

                progress?.Invoke(this);
            }
        }
    }
}
