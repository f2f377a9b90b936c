using System.Diagnostics;
using System.Globalization;
using Aurora.Core.Tasks;

namespace Aurora.Benchmarks.Launch;

/// <summary>
/// Processes launched and reaped per second by the worker alone, from the order to the report of the end, everything durable. The bare posix_spawn loop of the same
/// argument vector is measured right before and right after, and the ratio is against its mean. The figure that counts is that of tasks of ten processes;
/// what a task itself costs (folder, flushed definition, control groups, reports) shows in tasks of one process.
/// </summary>
internal static class LaunchBenchmark
{
    private static readonly (string Name, string Command, string[] Loop, double Budget)[] Kinds =
    [
        ("plain", "/bin/true", ["/bin/true"], 0.6),
        ("bash", "true && true", ["/bin/bash", "-c", "true && true"], 0.8),
    ];

    public static async Task RunAsync(LaunchOptions options)
    {
        if (options.Speed)
        {
            await MeasureSpeedAsync(options);
        }

        if (options.Size)
        {
            await ResidentBenchmark.RunAsync(options);
        }
    }

    private static async Task MeasureSpeedAsync(LaunchOptions options)
    {
        await using var worker = await WorkerAlone.StartAsync(options.Folder);
        var kinds = Kinds.Where(k => options.Kind is "all" || options.Kind == k.Name).ToArray();
        foreach (var (_, command, loop, _) in kinds)
        {
            _ = await LaunchAsync(worker, command, 10, options with { Processes = 3000 }); // Compiles what is hot, and starts the shim.
            _ = SpawnLoop.Run(loop, 200);
        }

        Print($"launch: {options.Processes} processes a measurement, {options.Window} tasks at once, {options.Repeat} times, in {options.Folder}");
        foreach (var (name, command, loop, budget) in kinds)
        {
            foreach (var perTask in (int[])[10, 1])
            {
                var ratios = new double[options.Repeat];
                for (var i = 0; i < ratios.Length; i++)
                {
                    var before = SpawnLoop.Run(loop, options.Processes);
                    var idle = CpuMeter.Read(worker.Folder);
                    var rate = await LaunchAsync(worker, command, perTask, options);
                    var cost = CpuMeter.Read(worker.Folder).Since(idle, options.Processes);
                    var after = SpawnLoop.Run(loop, options.Processes);
                    ratios[i] = rate / ((before + after) / 2);
                    Print($"  {name,-5} tasks of {perTask,2}   {rate,7:N0} /s   bare loop {(before + after) / 2,7:N0} /s (before {before:N0}, after {after:N0})   ratio {ratios[i]:N3}   CPU per process: {cost}");
                }

                Array.Sort(ratios);
                var aim = perTask > 1 ? string.Create(CultureInfo.InvariantCulture, $"   (budget: {budget:N1} or more)") : "";
                Print($"  {name,-5} tasks of {perTask,2}   median ratio {ratios[ratios.Length / 2]:N3}{aim}");
            }
        }
    }

    /// <summary>Runs tasks, a window of them at a time.</summary>
    /// <returns>Processes per second.</returns>
    private static async Task<double> LaunchAsync(WorkerAlone worker, string command, int perTask, LaunchOptions options)
    {
        var name = $"{Guid.NewGuid():N}";
        var tasks = options.Processes / perTask;
        var next = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, options.Window).Select(_ => Task.Run(OrderOneAfterTheOtherAsync)));
        return tasks * perTask / clock.Elapsed.TotalSeconds;

        async Task OrderOneAfterTheOtherAsync()
        {
            while (Interlocked.Increment(ref next) is var number && number <= tasks)
            {
                var (_, ended) = await worker.Broker.OrderAsync(TaskOrders.Of($"t{number}-{name}", command, perTask));
                if (await ended is { State: not TaskState.Finished } report)
                {
                    throw new InvalidOperationException($"A task came to {report.State}: {report.Message}; a benchmark of failures measures nothing.");
                }
            }
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
