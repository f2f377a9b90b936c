using Xunit;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using static Aurora.Worker.Tests.Agent.WorkerBench;

namespace Aurora.Worker.Tests.Agent;

/// <summary>The end of a task before its time.</summary>
public sealed class KillingTasks
{
    [Fact]
    public async Task WhenATaskIsKilled_ItsProcessesGetTheChanceToEndAndItIsKilledWithTheReason()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done")));
        await bench.WaitAsync("t1", TaskState.Running);
        await UntilAsync(() => File.Exists(bench.TaskPath("t1", "logs", "p", "0", "stdout")) && new FileInfo(bench.TaskPath("t1", "logs", "p", "0", "stdout")).Length > 0, "the trap stands");

        await bench.SendAsync(new KillTask(bench.TaskId("t1"), "killed by alice"));

        var end = await bench.WaitAsync("t1", TaskState.Killed);
        Assert.Equal("killed by alice", end.Message);
        Assert.Equal(3, end.Processes[0].ExitCode);
        Assert.Equal("up\nbye\n", await bench.LogAsync("t1", "stdout"));
    }

    [Fact]
    public async Task WhenAProcessIgnoresSigterm_ItIsEndedAfterTheWaitWithItsWholeTree()
    {
        await using var bench = await StartAsync(killWait: TimeSpan.FromMilliseconds(300));
        await bench.SendAsync(bench.Task("t1", Process("p", "trap '' TERM; (trap '' TERM; sleep 300 & echo $! > child; wait) & while :; do sleep 0.05; done")));
        var running = await bench.WaitAsync("t1", r => r.State == TaskState.Running && r.Processes[0].Pid is not null);
        var child = 0;
        await UntilAsync(() => File.Exists(bench.TaskPath("t1", "sandbox", "child")) && int.TryParse(File.ReadAllText(bench.TaskPath("t1", "sandbox", "child")), out child), "the child is there");

        await bench.SendAsync(new KillTask(bench.TaskId("t1"), "enough"));

        var end = await bench.WaitAsync("t1", TaskState.Killed);
        Assert.Equal(9, end.Processes[0].Signal);
        Assert.False(IsAlive(running.Processes[0].Pid!.Value));
        Assert.False(IsAlive(child));
    }

    [Fact]
    public async Task WhenAProcessEnds_WhatItLeftBehindEndsWithIt()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "sleep 300 & echo $! > child; sleep 0")));

        await bench.WaitAsync("t1", TaskState.Finished);

        Assert.False(IsAlive(int.Parse(await File.ReadAllTextAsync(bench.TaskPath("t1", "sandbox", "child")), System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task WhenAnUnknownTaskIsKilled_ItIsReportedLost()
    {
        await using var bench = await StartAsync();

        await bench.SendAsync(new KillTask(bench.TaskId("nobody-knows"), "enough"));

        Assert.Equal("the worker does not know the task", (await bench.WaitAsync("nobody-knows", TaskState.Lost)).Message);
    }

    [Fact]
    public async Task WhenATaskThatIsEndingIsKilledAgain_ItSaysNothing_SoThatKillsAndReportsDoNotChaseEachOther()
    {
        await using var bench = await StartAsync(killWait: TimeSpan.FromSeconds(2));
        await bench.SendAsync(bench.Task("t1", Process("p", "trap '' TERM; touch ready; while true; do sleep 1; done")));
        await UntilAsync(() => File.Exists(bench.TaskPath("t1", "sandbox", "ready")), "the process runs");

        // As the broker does: a task that is being killed and is said to run is killed again.
        var (answered, kills) = (bench.Reports.Count(), 1);
        await bench.SendAsync(new KillTask(bench.TaskId("t1"), "enough"));
        await UntilAsync(() =>
        {
            for (var reports = bench.Reports.ToList(); answered < reports.Count; answered++)
            {
                if (reports[answered].State == TaskState.Running && ++kills < 1000)
                {
                    bench.SendAsync(new KillTask(bench.TaskId("t1"), "enough")).GetAwaiter().GetResult(); // In process: it ends at once.
                }
            }

            return bench.Reports.Any(r => r.State == TaskState.Killed);
        }, "the task has ended");

        Assert.InRange(kills, 1, 10);
    }

    [Fact]
    public async Task WhenAnEndedTaskIsKilled_ItsEndIsReportedAgain()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "exit 4")));
        await bench.WaitAsync("t1", TaskState.Failed);
        var before = bench.Reports.Count();

        await bench.SendAsync(new KillTask(bench.TaskId("t1"), "enough"));

        await UntilAsync(() => bench.Reports.Count() > before, "the end is reported again");
        Assert.Equal(TaskState.Failed, bench.Reports.Last().State);
    }

    [Fact]
    public async Task WhenTheClusterStops_EveryTaskIsReportedLostAndNothingRuns()
    {
        await using var bench = await StartAsync(killWait: TimeSpan.FromSeconds(1));
        await bench.SendAsync(bench.Task("t1", Process("p", "sleep 300")));
        var running = await bench.WaitAsync("t1", r => r.State == TaskState.Running && r.Processes[0].Pid is not null);

        using var patience = new CancellationTokenSource(Patience);
        await bench.Worker!.StopTasksAsync("the development cluster was stopped", patience.Token);

        Assert.Equal("the development cluster was stopped", (await bench.WaitAsync("t1", TaskState.Lost)).Message);
        Assert.False(IsAlive(running.Processes[0].Pid!.Value));
    }
}
