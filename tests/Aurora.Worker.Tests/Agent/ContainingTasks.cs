using Aurora.Core.Configuration;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Worker.Hosting;
using Xunit;
using static Aurora.Worker.Tests.Agent.WorkerBench;

namespace Aurora.Worker.Tests.Agent;

/// <summary>Tasks that take more than they were granted, each beside a neighbour of another role that must not notice.</summary>
public sealed class ContainingTasks
{
    private const string Hog = """perl -e 'my @x; push @x, "x" x (1 << 20) while @x < 400; sleep 300'""";
    // The second bound is for the machine that runs the test, should the worker not hold the first one.
    private const string Bomb = "[ $(ulimit -u) != unlimited ] && [ $(ulimit -u) -le 2000 ] || ulimit -u 2000; bomb() { bomb | bomb & wait; }; bomb; sleep 300";
    private const string Filler = "head -c 64M /dev/zero > x; sleep 300";

    [Theory]
    [InlineData("exec " + Hog, "auto")]
    [InlineData(Hog + "; exit $?", "auto")]
    [InlineData(Hog + " & while :; do sleep 0.1; done", "auto")]
    [InlineData("exec " + Hog, "sampling")]
    [InlineData(Hog + " & while :; do sleep 0.1; done", "sampling")]
    public async Task AMemoryHog_FailsWithItsLimitAndUse(string cmdline, string isolation)
    {
        await using var bench = await StartAsync(isolation);
        var end = await ContainAsync(bench, bench.Task("t1", Process("p", cmdline)));

        Assert.Matches(@"^AUR4006 memory: used [0-9.]+ MB of 33\.0 MB \(1\.0 MB granted \+ 32\.0 MB allowance\)", end.Message);
        Assert.Equal(0, end.Processes[0].Run);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("sampling")]
    public async Task AForkBomb_FailsWithItsLimitAndUse(string isolation)
    {
        await using var bench = await StartAsync(isolation);
        var order = bench.Task("t1", Process("p", Bomb));
        var end = await ContainAsync(bench, order with { Task = order.Task with { Resources = order.Task.Resources with { Ram = 1L << 30 } } });

        Assert.Matches("^AUR4006 processes: used [0-9]+ of 64 processes", end.Message);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("sampling")]
    public async Task ADiskFiller_FailsWithItsLimitAndUse(string isolation)
    {
        await using var bench = await StartAsync(isolation);
        var end = await ContainAsync(bench, bench.Task("t1", Process("p", Filler)));

        Assert.Matches(@"^AUR4006 disk: sandbox and logs use [0-9.]+ MB of 8\.0 MB granted$", end.Message);
    }

    [Fact]
    public async Task ACpuBurner_GetsItsQuotaAndNoMore()
    {
        await using var bench = await StartAsync("auto", options => options with { CpuLimit = "quota" });
        Assert.SkipUnless(File.Exists("/sys/fs/cgroup/cpuacct/cpuacct.usage"), "The use of a group is read as cgroup v1 tells it.");
        var neighbour = await Neighbour.SettleAsync(bench);
        var order = bench.Task("t1", Process("p", "for i in 1 2 3 4; do (while :; do :; done) & done; wait"));
        await bench.SendAsync(order with { Task = order.Task with { Resources = order.Task.Resources with { Cpu = 0.25 } } });
        await bench.WaitAsync("t1", TaskState.Running);
        var usage = Assert.Single(bench.Groups("t1").Select(g => Path.Combine(g, "cpuacct.usage")).Where(File.Exists).Distinct().Take(1));

        var (from, begun) = (CpuSecs(usage), System.Diagnostics.Stopwatch.StartNew());
        await UntilAsync(() => begun.Elapsed > TimeSpan.FromSeconds(2.5), "time goes on");
        var cores = (CpuSecs(usage) - from) / begun.Elapsed.TotalSeconds;

        Assert.InRange(cores, 0.05, 0.35);
        await neighbour.AssertUndisturbedAsync();
    }

    private static Task<WorkerBench> StartAsync(string isolation, Func<WorkerOptions, WorkerOptions>? more = null)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Two roles need root.");
        return WorkerBench.StartAsync(TimeSpan.FromSeconds(2), options =>
            (more ?? (o => o))(options with { Isolation = isolation, RamAllowance = 32 << 20, MaxProcesses = 64 }));
    }

    private static async Task<TaskReport> ContainAsync(WorkerBench bench, LaunchTask order)
    {
        var neighbour = await Neighbour.SettleAsync(bench);
        await bench.SendAsync(order);
        var end = await bench.WaitAsync("t1", r => r.State is TaskState.Finished or TaskState.Failed or TaskState.Killed or TaskState.Lost, "an end");
        Assert.Equal(TaskState.Failed, end.State);
        bench.AssertNothingIsLeftOf("t1");
        await neighbour.AssertUndisturbedAsync();
        return end;
    }

    private static double CpuSecs(string file) => long.Parse(File.ReadAllText(file), System.Globalization.CultureInfo.InvariantCulture) / 1e9;
}
