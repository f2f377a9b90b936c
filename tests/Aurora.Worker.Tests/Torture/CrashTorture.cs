using System.Globalization;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.TestSupport;
using Aurora.TestSupport.Programs;
using Aurora.TestSupport.RabbitMq;
using Xunit;

namespace Aurora.Worker.Tests.Torture;

/// <summary>
/// Promise 4 of the design, the hard way: the agent is killed at random points while forty tasks of every kind come, run, fail, are killed and run their final processes.
/// <c>AURORA_TORTURE_KILLS</c> says how often (30 by default), <c>AURORA_TORTURE_SEED</c> repeats the choices of a run.
/// </summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class CrashTorture(RabbitMqFixture rabbit) : IClassFixture<RabbitMqFixture>
{
    private const int Tasks = 40;
    private static readonly string Role = Environment.IsPrivilegedProcess ? "www-data" : Environment.UserName;

    private readonly int _kills = Setting("AURORA_TORTURE_KILLS", 30);
    private readonly int _seed = Setting("AURORA_TORTURE_SEED", Environment.TickCount & 0xFFFFFF);

    [Fact]
    public async Task NoRunningProcessEnds_NoneRunsTwice_EveryReportedExitCodeIsTrue_AndNothingStaysBehind()
    {
        using var folder = new TemporaryFolder("torture");
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        var truth = new TruthBook(Path.Combine(folder.Path, "truth"));
        await using var worker = await TorturedWorker.StartAsync(folder.Path, await (await rabbit.ServerAsync()).CreateVhostAsync());
        var random = new Random(_seed);
        TestContext.Current.TestOutputHelper?.WriteLine($"{_kills} kills, seed {_seed}");

        var orders = Enumerable.Range(0, Tasks).Select(i => Order(i, truth, random)).ToList();
        var killed = orders.Where((_, i) => Kind(i) == 4).ToList();
        var lasting = orders.Where((_, i) => Kind(i) == 3).ToList();
        for (var kill = 0; kill < _kills; kill++)
        {
            worker.StartAgent();
            foreach (var order in Share(orders, kill))
            {
                await worker.SendAsync(order);
            }

            foreach (var order in Share(killed, kill - (_kills / 2)))
            {
                await worker.SendAsync(new KillTask(order.TaskId, "enough"));
            }

            await BeforeTheKillAsync(worker, random);
            await worker.KillAgentAsync();
        }

        worker.StartAgent();
        await worker.EndedAsync([.. orders.Except(lasting).Select(o => o.TaskId)]);
        var started = truth.Starts();
        Assert.All(lasting, order => Assert.True(Lives(started.Single(s => s.Run == $"{order.TaskId}/main/0").Pid), $"{order.TaskId} was ended (seed {_seed})"));

        truth.Stop();
        await worker.EndedAsync([.. orders.Select(o => o.TaskId)]);
        Judge(worker, truth, orders);
        await NothingIsLeftAsync(worker, orders);
    }

    private void Judge(TorturedWorker worker, TruthBook truth, IReadOnlyList<LaunchTask> orders)
    {
        Assert.All(truth.Starts().GroupBy(s => s.Run), runs => Assert.True(runs.Count() == 1, $"{runs.Key} ran {runs.Count()} times (seed {_seed})"));
        var ends = truth.Ends();
        foreach (var (order, i) in orders.Select((o, i) => (o, i)))
        {
            var report = worker.Ends[order.TaskId];
            Assert.True(Expected(i) == report.State, $"{order.TaskId} ended {report.State}: {report.Message} (seed {_seed})");
            Assert.All(worker.TerminalReports(order.TaskId), r => Assert.Equal(report.State, r.State));
            foreach (var process in report.Processes.Where(p => p.StartedAt is not null))
            {
                var said = ends.TryGetValue($"{order.TaskId}/{process.Name}/{process.Run}", out var code) ? code : (int?)null;
                Assert.True(said == process.ExitCode, $"{order.TaskId}/{process.Name}/{process.Run} ended with {said}, reported {process.ExitCode} and signal {process.Signal} (seed {_seed})");
            }
        }
    }

    private static async Task NothingIsLeftAsync(TorturedWorker worker, IReadOnlyList<LaunchTask> orders)
    {
        worker.Agent!.Terminate();
        await worker.Agent.WaitForExitAsync(TorturedWorker.Patience);
        await Eventually.IsTrueAsync("no process of the worker to be left", TorturedWorker.Patience, () => !TestSupport.Programs.Processes.Mentioning(worker.WorkerFolder).Any());
        Assert.DoesNotContain(
            Directory.Exists("/sys/fs/cgroup") ? Directory.EnumerateDirectories("/sys/fs/cgroup", "aurora", SearchOption.AllDirectories).SelectMany(d => Directory.EnumerateDirectories(d, "*", SearchOption.AllDirectories)) : [],
            group => orders.Any(o => group.EndsWith(o.TaskId.Value, StringComparison.Ordinal)));
    }

    // Anywhere between before it has found its folder and long after it has settled.
    private static async Task BeforeTheKillAsync(TorturedWorker worker, Random random)
    {
        if (random.Next(3) == 0)
        {
            await Task.Delay(random.Next(400));
        }
        else
        {
            await worker.Agent!.WaitForLineAsync("is up", TorturedWorker.Patience);
            await Task.Delay(random.Next(300));
        }
    }

    private IEnumerable<LaunchTask> Share(List<LaunchTask> orders, int kill)
    {
        var rounds = Math.Max(_kills / 2, 1);
        return kill < 0 || kill >= rounds ? [] : orders.Where((_, i) => i * rounds / orders.Count == kill);
    }

    private static int Kind(int i) => i % 8;

    private static TaskState Expected(int i) => Kind(i) switch { 1 or 6 => TaskState.Failed, 4 => TaskState.Killed, _ => TaskState.Finished };

    // Quick, failing, several in a row, lasting, killed, with a final process, failing with a final process, with an ephemeral daemon.
    private static LaunchTask Order(int i, TruthBook truth, Random random) => Kind(i) switch
    {
        0 => TaskOf(i, Process("main", truth.Line("", 0))),
        1 => TaskOf(i, Process("main", truth.Line($"sleep 0.{random.Next(10)};", 1 + random.Next(100)))),
        2 => TaskOf(i, [.. Enumerable.Range(0, 5).Select(n => Process($"p{n}", truth.Line($"sleep 0.{random.Next(10)};", 0)))]),
        3 => TaskOf(i, Process("main", truth.Waiting(8))),
        4 => TaskOf(i, Process("main", truth.Waiting(7))),
        5 => TaskOf(i, Process("main", truth.Line("sleep 1;", 0)), Process("last", truth.Line("sleep 0.3;", 0)) with { Final = true }),
        6 => TaskOf(i, Process("main", truth.Line("sleep 0.5;", 3)), Process("last", truth.Line("sleep 0.5;", 4)) with { Final = true }),
        _ => TaskOf(i, Process("main", truth.Line("sleep 1;", 0)), Process("side", truth.Waiting(9)) with { Ephemeral = true }),
    };

    private static LaunchTask TaskOf(int i, params ProcessConfiguration[] processes) => new(
        new TaskId($"torture-{i}-{Guid.NewGuid():N}"),
        new JobKey("devcluster", Role, "devel", "torture"),
        i,
        new TaskConfiguration
        {
            Name = "torture",
            Processes = processes,
            Constraints = Kind(i) == 2 ? [new OrderConstraint([.. processes.Select(p => p.Name)])] : [],
            Resources = new ResourceGrant { Cpu = 0.1, Ram = 16 << 20, Disk = 16 << 20 },
        });

    private static ProcessConfiguration Process(string name, string line) => new() { Name = name, Cmdline = line, MinDuration = 0 };

    private static bool Lives(int pid) => Directory.Exists($"/proc/{pid}");

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
