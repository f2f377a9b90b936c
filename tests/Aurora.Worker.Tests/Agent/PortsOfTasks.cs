using System.Globalization;
using Aurora.Core.Configuration;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;
using static Aurora.Worker.Tests.Agent.WorkerBench;

namespace Aurora.Worker.Tests.Agent;

/// <summary>Ports of real tasks (aurora-spec section 2.5).</summary>
public sealed class PortsOfTasks
{
    private const int TasksAtOnce = 10; // Twice two ports of each fill the bench's range.

    [Fact]
    public async Task NumbersAreDistinctBoundReportedAndGivenBack()
    {
        await using var bench = await StartAsync(TimeSpan.FromSeconds(5));
        var (first, last) = (bench.Ports.Split('-')[0], bench.Ports.Split('-')[1]);
        var given = new List<int>();
        for (var i = 0; i < TasksAtOnce; i++)
        {
            await bench.SendAsync(Order(bench, $"t{i}"));
        }

        for (var i = 0; i < TasksAtOnce; i++)
        {
            var report = await bench.WaitAsync($"t{i}", TaskState.Running);
            Assert.NotNull(report.Ports);
            Assert.Equal(["admin", "http", "static", "web"], report.Ports.Keys.Order(StringComparer.Ordinal));
            Assert.Equal(report.Ports["http"], report.Ports["web"]);
            Assert.Equal(8080, report.Ports["static"]);
            await UntilAsync(() => bench.Has($"t{i}", "done"), "the process has written its ports");
            Assert.Equal($"{report.Ports["http"]} {report.Ports["web"]} {report.Ports["admin"]} 8080\n", await File.ReadAllTextAsync(bench.TaskPath($"t{i}", "sandbox", "ports")));
            given.AddRange([report.Ports["http"], report.Ports["admin"]]);
        }

        Assert.Equal(given.Count, given.Distinct().Count());
        Assert.All(given, port => Assert.InRange(port, int.Parse(first, CultureInfo.InvariantCulture), int.Parse(last, CultureInfo.InvariantCulture)));

        await bench.SendAsync(Order(bench, "toomany"));
        Assert.StartsWith("AUR4008", (await bench.WaitAsync("toomany", TaskState.Lost)).Message, StringComparison.Ordinal);

        await bench.SendAsync(new KillTask(bench.TaskId("t3"), "enough"));
        var ended = await bench.WaitAsync("t3", TaskState.Killed);
        await bench.SendAsync(Order(bench, "next"));
        var next = await bench.WaitAsync("next", TaskState.Running);
        Assert.Equal(Numbers(ended), Numbers(next));
    }

    [Fact]
    public async Task WhenTheAgentIsStartedAgain_PortsInUseAreNotGivenAgain()
    {
        await using var bench = await StartAsync(TimeSpan.FromSeconds(5));
        await bench.SendAsync(Order(bench, "t1"));
        var before = await bench.WaitAsync("t1", TaskState.Running);
        await bench.StopWorkerAsync();
        await bench.StartWorkerAsync();
        for (var i = 2; i <= TasksAtOnce; i++)
        {
            await bench.SendAsync(Order(bench, $"t{i}"));
        }

        for (var i = 2; i <= TasksAtOnce; i++)
        {
            Assert.Empty(Numbers(before).Intersect(Numbers(await bench.WaitAsync($"t{i}", TaskState.Running))));
        }
    }

    private static IEnumerable<int> Numbers(TaskReport report) => new[] { report.Ports!["http"], report.Ports["admin"] }.Order();

    private static LaunchTask Order(WorkerBench bench, string id) =>
        bench.Task(id, Process("p", "echo {{thermos.ports[http]}} {{thermos.ports[web]}} {{thermos.ports[admin]}} {{thermos.ports[static]}} > ports; touch done; exec sleep 300"))
            with
        {
            Announce = new AnnounceConfiguration { Portmap = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["web"] = "http", ["static"] = "8080" } },
        };
}
