using System.Globalization;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;

namespace Aurora.Benchmarks.Placement;

/// <summary>Placements per second, commits to SQLite included (design section 10: 10,000 or more), and that what cannot be placed costs nothing.</summary>
internal static class PlacementBenchmark
{
    private const double Budget = 10_000;
    private const double Small = 0.05;

    public static async Task RunAsync(PlacementBenchmarkOptions options)
    {
        if (options.Has("preemption"))
        {
            PreemptionBenchmark.Run(options.Workers, 1_000);
            if (options.Part == "preemption")
            {
                return;
            }
        }

        _ = await MeasureAsync(options with { Tasks = 5_000, Workers = 500 }, Load.Mixed(5_000, Small), 5_000); // Compiles what is hot.
        Print($"placement: {options.Workers} workers, {options.Tasks} tasks in jobs of {Load.TasksPerJob}, SQLite in {options.Folder}, {options.Repeat} times");
        if (options.Has("budget"))
        {
            await RepeatAsync(options, $"a third with constraints   (budget: {Budget:N0}/s or more)", () => MeasureAsync(options, Load.Mixed(options.Tasks, 0.5), options.Tasks));
        }

        if (options.Has("full"))
        {
            await RepeatAsync(options, "a cluster that is 99 % full", () => MeasureFullAsync(options));
        }

        if (options.Has("limits"))
        {
            await RepeatAsync(options, "limits on every job", () => MeasureAsync(options, Load.Limited(options.Tasks, Small), options.Tasks));
        }

        if (options.Has("beside"))
        {
            await MeasureBesideAsync(options);
        }

        if (options.Has("scale"))
        {
            foreach (var workers in (int[])[1_000, 10_000, 50_000])
            {
                var scaled = options with { Workers = workers };
                await RepeatAsync(options, $"{workers:N0} workers", () => MeasureAsync(scaled, Load.Mixed(options.Tasks, Small), options.Tasks));
            }
        }
    }

    private static async Task<Measured> MeasureAsync(PlacementBenchmarkOptions options, IEnumerable<JobConfiguration> jobs, int target)
    {
        await using var cluster = new SimulatedCluster(options.Folder);
        await cluster.FillAsync(jobs, options.Workers, null);
        return await cluster.PlaceAsync(options.Workers, target);
    }

    // One worker in a hundred has room, for a tenth of what waits.
    private static async Task<Measured> MeasureFullAsync(PlacementBenchmarkOptions options)
    {
        await using var cluster = new SimulatedCluster(options.Folder);
        var (filler, running) = Load.Filler(Enumerable.Range(0, options.Workers).Where(i => i % 100 != 50), 8);
        await cluster.FillAsync(Load.Plain(options.Tasks, options.Workers / 100 * 8.0 / (options.Tasks / 10)), options.Workers, (filler, running));
        return await cluster.PlaceAsync(options.Workers, options.Tasks / 10, running.ToDictionary(t => t.Worker!.Value, t => t.Id)); // Each filler has its worker.
    }

    // Every task ends as soon as it was placed, so that room comes free all the time, which is when those that wait could cost something.
    private static async Task MeasureBesideAsync(PlacementBenchmarkOptions options)
    {
        var flowing = options.Tasks / 2;
        var ratios = new List<double>();
        for (var i = 0; i < options.Repeat; i++)
        {
            var alone = await MeasureFlowAsync(options, Load.Plain(flowing, 1), flowing);
            var beside = await MeasureFlowAsync(options, [.. Load.Unschedulable(options.Tasks), .. Load.Plain(flowing, 1)], flowing);
            ratios.Add(beside.Cpu / alone.Cpu);
            Print($"  alone {alone.Rate,7:N0} /s, {alone.CpuMicroseconds:N1} µs CPU each; beside {options.Tasks:N0} that fit nowhere {beside.Rate,7:N0} /s, {beside.CpuMicroseconds:N1} µs; CPU ratio {beside.Cpu / alone.Cpu:N3}, time ratio {beside.Elapsed / alone.Elapsed:N3}");
        }

        ratios.Sort();
        Print($"  tasks that come and go beside others that fit nowhere: median CPU ratio {ratios[ratios.Count / 2]:N3}   (budget: 1.2 or less)");
    }

    // Each worker has two cores taken, so that what needs nearly a whole one never fits.
    private static async Task<Measured> MeasureFlowAsync(PlacementBenchmarkOptions options, IEnumerable<JobConfiguration> jobs, int target)
    {
        await using var cluster = new SimulatedCluster(options.Folder);
        var (filler, running) = Load.Filler(Enumerable.Range(0, options.Workers), 2);
        await cluster.FillAsync(jobs, options.Workers, (filler, running));
        return await cluster.PlaceAsync(options.Workers, target, running.ToDictionary(t => t.Worker!.Value, t => t.Id), ends: true); // Each filler has its worker.
    }

    private static async Task RepeatAsync(PlacementBenchmarkOptions options, string what, Func<Task<Measured>> measure)
    {
        var all = new List<Measured>();
        for (var i = 0; i < options.Repeat; i++)
        {
            var measured = await measure();
            all.Add(measured);
            Print($"  {measured.Placed:N0} placed   {measured.Rate,7:N0} /s   {measured.CpuMicroseconds,5:N1} µs CPU and {measured.BytesEach / 1024,4:N1} KiB each");
        }

        var median = all.OrderBy(m => m.Rate).ElementAt(all.Count / 2);
        Print($"  {what}: median {median.Rate:N0} /s, {1e6 / median.Rate:N1} µs a placement");
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
