using System.Diagnostics;
using System.Globalization;
using Aurora.Client;
using Aurora.Client.Jobs;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Benchmarks.Dispatch;

/// <summary>
/// N tasks of one plain command from submit to FINISHED, everything durable; then single tasks on the idle cluster, from submit to the start of the process.
/// The bare posix_spawn loop of the same argument vector is measured right before and right after, and the ratio is against its mean.
/// </summary>
internal static class DispatchBenchmark
{
    private const int InstancesPerJob = 100;
    private const int Submitters = 4;
    private static readonly string Role = Environment.IsPrivilegedProcess ? "www-data" : Environment.UserName;

    public static async Task RunAsync(DispatchOptions options)
    {
        await using var cluster = await MeasuredCluster.StartAsync(options.RabbitMq);
        await DispatchAsync(cluster.Client, options, "warm", InstancesPerJob * 2); // Compiles, opens connections, starts the shim.

        var before = SpawnLoop.Run(options.Arguments, 2000);
        var elapsed = await DispatchAsync(cluster.Client, options, "run", options.Tasks);
        var after = SpawnLoop.Run(options.Arguments, 2000);
        var limit = (before + after) / 2;
        var rate = options.Tasks / elapsed.TotalSeconds;
        var latencies = await ProbeAsync(cluster.Client, options);

        Print($"dispatch: {options.Tasks} tasks of '{options.Command}', bus {(options.RabbitMq ? "rabbitmq" : "inprocess")}, store sqlite");
        Print($"  tasks end to end        {rate,8:N0} /s   ({elapsed.TotalSeconds:N2} s)");
        Print($"  bare posix_spawn loop   {limit,8:N0} /s   (before {before:N0}, after {after:N0}; same argv, four at a time)");
        Print($"  ratio                   {rate / limit,8:N3}");
        Print($"  submit → started, idle  p50 {At(latencies, 0.5):N1} ms, p99 {At(latencies, 0.99):N1} ms   ({latencies.Length} single tasks)");
    }

    private static async Task<TimeSpan> DispatchAsync(AuroraClient client, DispatchOptions options, string prefix, int tasks)
    {
        var clock = Stopwatch.StartNew();
        var jobs = Enumerable.Range(0, (tasks + InstancesPerJob - 1) / InstancesPerJob)
            .Select(i => Job($"{prefix}{i}", options.Command, Math.Min(InstancesPerJob, tasks - (i * InstancesPerJob))));
        await Parallel.ForEachAsync(jobs, new ParallelOptions { MaxDegreeOfParallelism = Submitters },
            async (job, stop) => await client.CreateJobAsync(job, stop));

        // The watcher asks seldom enough to take no share worth mentioning from what it watches.
        var pattern = new JobPattern(MeasuredCluster.Name, Role, "test", $"{prefix}*");
        while (true)
        {
            var (finished, failed) = (0, 0);
            await foreach (var job in client.GetJobsAsync(pattern, CancellationToken.None))
            {
                finished += job.Finished;
                failed += job.Failed;
            }

            if (failed > 0)
            {
                throw new InvalidOperationException($"{failed} tasks failed; a benchmark of failures measures nothing.");
            }

            if (finished == tasks)
            {
                return clock.Elapsed;
            }

            await Task.Delay(50);
        }
    }

    private static async Task<double[]> ProbeAsync(AuroraClient client, DispatchOptions options)
    {
        var latencies = new double[options.Probes];
        for (var i = 0; i < latencies.Length; i++)
        {
            var job = Job($"probe{i}", options.Command, 1);
            var submitted = DateTimeOffset.UtcNow;
            await client.CreateJobAsync(job, CancellationToken.None);
            latencies[i] = (await StartedAsync(client, job.Key) - submitted).TotalMilliseconds;
        }

        Array.Sort(latencies);
        return latencies;
    }

    private static async Task<DateTimeOffset> StartedAsync(AuroraClient client, JobKey key)
    {
        while (true)
        {
            await foreach (var task in client.GetTasksAsync(new TaskQuery(JobPattern.Of(key)), CancellationToken.None))
            {
                if (task.State == TaskState.Finished && task.Processes is [{ StartedAt: { } started }])
                {
                    return started;
                }
            }

            await Task.Delay(5);
        }
    }

    private static JobConfiguration Job(string name, string command, int instances) => new()
    {
        Cluster = MeasuredCluster.Name,
        Role = Role,
        Environment = "test",
        Name = name,
        Instances = instances,
        Task = new TaskConfiguration
        {
            Name = "main",
            Processes = [new ProcessConfiguration { Name = "main", Cmdline = command }],
            Resources = new ResourceGrant { Cpu = 0.1, Ram = 1 << 20, Disk = 1 << 20 },
        },
    };

    private static double At(double[] sorted, double quantile) => sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * quantile)];

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
