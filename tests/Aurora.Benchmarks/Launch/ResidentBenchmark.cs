using System.Globalization;
using System.Text.Json.Nodes;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Messaging.RabbitMq;
using Aurora.TestSupport;
using Aurora.TestSupport.Programs;
using Aurora.TestSupport.RabbitMq;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.Benchmarks.Launch;

/// <summary>
/// What an <c>aurora-worker</c> of its own, on a private RabbitMQ, and its shims cost while tasks run that do nothing: memory with 100 and 1,000 of them, CPU with 100.
/// The tasks' own processes are not counted. PSS shares what is shared out among its users; RSS counts it in full for each.
/// </summary>
internal static class ResidentBenchmark
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static async Task RunAsync(LaunchOptions options)
    {
        if (RabbitMqServer.WhyMissing is { } missing)
        {
            Print($"size: not measured: {missing}");
            return;
        }

        using var folder = new TemporaryFolder("bench");
        await using var rabbit = await RabbitMqServer.StartNewAsync(CancellationToken.None);
        await using var bus = await RabbitMqBus.ConnectAsync(RabbitMqOptions.For(rabbit.Uri), NullLogger<RabbitMqBus>.Instance, TimeProvider.System, CancellationToken.None);
        await using var broker = await BrokerStub.StartAsync(bus, new WorkerId("bench"));
        await using var agent = ChildProgram.Start(BuildOutput.Worker, ["--config", Write(folder, rabbit.Uri)]);
        await agent.WaitForLineAsync("is up", Patience);

        Print($"size: agent and shims, tasks of 'sleep 1000'");
        var ends = new List<Task>();
        await FillAsync(broker, ends, 100);
        await Task.Delay(TimeSpan.FromSeconds(20)); // What is hot was compiled again by then.
        PrintMemory(agent.Id, folder.Path, 100, 80);
        var before = CpuSeconds(Members(agent.Id, folder.Path));
        await Task.Delay(TimeSpan.FromSeconds(options.IdleSeconds));
        var used = CpuSeconds(Members(agent.Id, folder.Path)) - before;
        Print($"  100 idle tasks     CPU {used / options.IdleSeconds * 100,6:N2} % of a core over {options.IdleSeconds} s   (budget: 0.5 or less)");
        await FillAsync(broker, ends, 1000);
        await Task.Delay(TimeSpan.FromSeconds(10));
        PrintMemory(agent.Id, folder.Path, 1000, 160);

        for (var i = 0; i < ends.Count; i++)
        {
            await broker.SendAsync(new KillTask(new TaskId($"t{i}"), "the benchmark is over"));
        }

        await Task.WhenAll(ends).WaitAsync(Patience);
        agent.Interrupt();
        await agent.WaitForExitAsync(Patience);
        await Eventually.IsTrueAsync("the shims' end", TimeSpan.FromSeconds(90), () => Processes.Mentioning(folder.Path).Count == 0);
    }

    private static async Task FillAsync(BrokerStub broker, List<Task> ends, int count)
    {
        var starts = new List<Task>();
        while (ends.Count < count)
        {
            var (running, ended) = await broker.OrderAsync(TaskOrders.Of($"t{ends.Count}", "sleep 1000", 1));
            starts.Add(running);
            ends.Add(ended);
        }

        await Task.WhenAll(starts).WaitAsync(Patience);
    }

    private static string Write(TemporaryFolder folder, Uri amqp)
    {
        File.WriteAllText(folder["worker.json"], new JsonObject
        {
            ["id"] = "bench",
            ["amqp"] = amqp.ToString(),
            ["folder"] = folder["worker"],
            ["resources"] = new JsonObject { ["cpu"] = 100000, ["ram"] = "1000GB", ["disk"] = "10000GB" },
            ["kill_wait_secs"] = 10,
            ["shim_idle_secs"] = 1,
            ["run_all_roles_as_current_user"] = !Environment.IsPrivilegedProcess,
        }.ToJsonString());
        return folder["worker.json"];
    }

    /// <summary>The agent's pid first, then the shims'.</summary>
    private static int[] Members(int agent, string folder) =>
    [
        agent,
        .. Processes.Mentioning(folder).Where(p => p.Contains("aurora-shim", StringComparison.Ordinal)).Select(p => int.Parse(p.AsSpan(0, p.IndexOf(':')), CultureInfo.InvariantCulture)),
    ];

    private static void PrintMemory(int agent, string folder, int tasks, int budget)
    {
        var members = Members(agent, folder);
        var pss = members.Select(pid => Kibibytes(pid, "smaps_rollup", "Pss:") / 1024.0).ToArray();
        var rss = members.Select(pid => Kibibytes(pid, "status", "VmRSS:") / 1024.0).ToArray();
        Print($"  {tasks,5} running tasks  PSS {pss.Sum():N1} MB (agent {pss[0]:N1}, {pss.Length - 1} shim {pss.Skip(1).Sum():N1})   RSS {rss.Sum():N1} MB (agent {rss[0]:N1}, shim {rss.Skip(1).Sum():N1})   (budget: {budget} MB or less)");
    }

    private static long Kibibytes(int pid, string file, string name) => File.ReadLines($"/proc/{pid}/{file}")
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture))
        .First();

    /// <summary>utime and stime: the 14th and 15th field of /proc/PID/stat, in hundredths of a second.</summary>
    private static double CpuSeconds(int[] pids) => pids.Sum(pid =>
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0;
    });

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
