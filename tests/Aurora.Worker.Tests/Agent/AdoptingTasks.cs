using Xunit;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Worker.Hosting;
using static Aurora.Worker.Tests.Agent.WorkerBench;

namespace Aurora.Worker.Tests.Agent;

/// <summary>What a new agent makes of what an earlier one left.</summary>
public sealed class AdoptingTasks
{
    [Fact]
    public async Task WhenTheWorkerIsRestarted_ItsTaskIsAdoptedWithItsExitCode()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "while [ ! -e go ]; do sleep 0.05; done; exit 42"), Process("q", "true")));
        var before = await bench.WaitAsync("t1", r => r.State == TaskState.Running && r.Processes[0].Pid is not null);
        await bench.StopWorkerAsync();
        Assert.True(IsAlive(before.Processes[0].Pid!.Value));

        await bench.StartWorkerAsync();
        await File.WriteAllTextAsync(bench.TaskPath("t1", "sandbox", "go"), "");

        var end = await bench.WaitAsync("t1", TaskState.Failed);
        Assert.Equal(before.Processes[0].Pid, end.Processes[0].Pid);
        Assert.Equal("process 'p' failed with exit code 42 (run 0)", end.Message);
    }

    [Fact]
    public async Task WhenAProcessEndsWhileNoAgentIsThere_TheNextOneKnowsItsExitCodeAndGoesOn()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "echo x >> runs; while [ ! -e go ]; do sleep 0.05; done; exit 0"), Process("q", "exit 5")));
        var before = await bench.WaitAsync("t1", r => r.State == TaskState.Running && r.Processes[0].Pid is not null);
        await bench.StopWorkerAsync();
        await File.WriteAllTextAsync(bench.TaskPath("t1", "sandbox", "go"), "");
        await UntilAsync(() => !IsAlive(before.Processes[0].Pid!.Value), "the process has ended");

        await bench.StartWorkerAsync();

        var end = await bench.WaitAsync("t1", TaskState.Failed);
        Assert.Equal([0, 5], end.Processes.Select(p => p.ExitCode!.Value));
        Assert.Equal("x\n", await File.ReadAllTextAsync(bench.TaskPath("t1", "sandbox", "runs")));
    }

    [Fact]
    public async Task WhenTheEndWasNotRecordedByTheBroker_ItStandsInTheNextHelloAndOnlyThen()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "true")));
        await bench.WaitAsync("t1", TaskState.Finished);
        await bench.StopWorkerAsync();
        await bench.StartWorkerAsync();
        await UntilAsync(() => bench.Heard<WorkerHello>().Count() == 2, "the second hello comes");
        Assert.Equal(TaskState.Finished, Assert.Single(bench.Heard<WorkerHello>().Last().Tasks).State);

        await bench.SendAsync(new EndsRecorded([bench.TaskId("t1")]));
        await UntilAsync(() => File.Exists(bench.TaskPath("t1", "recorded")), "the mark is there");
        await bench.StopWorkerAsync();
        await bench.StartWorkerAsync();

        await UntilAsync(() => bench.Heard<WorkerHello>().Count() == 3, "the third hello comes");
        Assert.Empty(bench.Heard<WorkerHello>().Last().Tasks);
    }

    [Fact]
    public async Task WhenTheAgentDiesWhileKilling_TheNextOneGoesOnKillingAndStartsNothing()
    {
        await using var bench = await StartAsync(killWait: TimeSpan.FromSeconds(3));
        await bench.SendAsync(bench.Task("t1", Process("p", "trap '' TERM; touch deaf; while :; do sleep 0.05; done"), Process("q", "touch ran")));
        var before = await bench.WaitAsync("t1", r => r.State == TaskState.Running && r.Processes[0].Pid is not null);
        await UntilAsync(() => File.Exists(bench.TaskPath("t1", "sandbox", "deaf")), "the process ignores SIGTERM");
        await bench.SendAsync(new KillTask(bench.TaskId("t1"), "enough"));
        await UntilAsync(() => File.ReadAllText(bench.TaskPath("t1", "checkpoint.jsonl")).Contains("end_asked", StringComparison.Ordinal), "the kill is on disk");
        await bench.StopWorkerAsync();
        Assert.True(IsAlive(before.Processes[0].Pid!.Value));

        await bench.StartWorkerAsync();

        Assert.Equal("enough", (await bench.WaitAsync("t1", TaskState.Killed)).Message);
        Assert.False(IsAlive(before.Processes[0].Pid!.Value));
        Assert.False(File.Exists(bench.TaskPath("t1", "sandbox", "ran")));
    }

    [Fact]
    public async Task WhenTheAgentStopsWhileAFinalProcessRuns_TheNextOneAdoptsItAndTheTaskEndsAsItWould()
    {
        await using var bench = await StartAsync();
        var order = bench.Task("t1", Process("main", "exit 6"), Process("final", "echo $$ >> pid; while [ ! -e go ]; do sleep 0.05; done; touch tidy") with { Final = true });
        await bench.SendAsync(order with { Task = order.Task with { FinalizationWait = 60 } });
        var pid = await bench.PidAsync("t1", "pid");
        await bench.StopWorkerAsync();
        Assert.True(IsAlive(pid));

        await bench.StartWorkerAsync();
        bench.Touch("t1", "go");

        var end = await bench.WaitAsync("t1", TaskState.Failed);
        Assert.Equal("process 'main' failed with exit code 6 (run 0)", end.Message);
        Assert.Equal((pid, 0, 0), (end.Processes[1].Pid, end.Processes[1].Run, end.Processes[1].ExitCode));
        Assert.True(bench.Has("t1", "tidy"));
        Assert.Equal($"{pid}\n", await File.ReadAllTextAsync(bench.TaskPath("t1", "sandbox", "pid")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhenTheShimIsKilledToo_AnEndIsUnknownAndTheProcessIsRunAgain(bool endsMeanwhile)
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "echo x >> runs; echo $$ > pid$(wc -l < runs); while [ ! -e go ]; do sleep 0.05; done; exit 7")));
        var first = await bench.PidAsync("t1", "pid1");
        await bench.WaitAsync("t1", TaskState.Running);
        var shim = ParentOf(first);
        await bench.StopWorkerAsync();
        KillHard(shim);
        await UntilAsync(() => !IsAlive(shim), "the shim is gone");
        if (endsMeanwhile)
        {
            bench.Touch("t1", "go");
            await UntilAsync(() => !IsAlive(first), "the process has ended");
        }

        await bench.StartWorkerAsync();
        if (!endsMeanwhile)
        {
            await UntilAsync(() => bench.Heard<WorkerHello>().Count() == 2, "the second hello comes");
            Assert.True(IsAlive(first));
            bench.Touch("t1", "go");
        }

        var end = await bench.WaitAsync("t1", TaskState.Failed);
        Assert.Equal((1, 7), (end.Processes[0].Run, end.Processes[0].ExitCode));
        Assert.Equal("process 'p' failed with exit code 7 (run 1)", end.Message);
        Assert.Equal("x\nx\n", await File.ReadAllTextAsync(bench.TaskPath("t1", "sandbox", "runs")));
    }

    [Fact]
    public async Task WhenARunWasAboutToBeLaunched_ItIsLaunchedByTheNextAgent()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "while [ ! -e go ]; do sleep 0.05; done"), Process("q", "echo q >> runs")));
        var before = await bench.WaitAsync("t1", r => r.State == TaskState.Running && r.Processes[0].Pid is not null);
        await bench.StopWorkerAsync();
        await File.WriteAllTextAsync(bench.TaskPath("t1", "sandbox", "go"), "");
        await UntilAsync(() => !IsAlive(before.Processes[0].Pid!.Value), "the first process has ended");
        var now = DateTimeOffset.UtcNow.ToString("O");
        await File.AppendAllTextAsync(
            bench.TaskPath("t1", "checkpoint.jsonl"),
            $$"""
            {"event":"run_ended","at":"{{now}}","process":"p","run":0,"exit_code":0}
            {"event":"run_forked","at":"{{now}}","process":"q","run":0}

            """);

        await bench.StartWorkerAsync();

        await bench.WaitAsync("t1", TaskState.Finished);
        Assert.Equal("q\n", await File.ReadAllTextAsync(bench.TaskPath("t1", "sandbox", "runs")));
    }

    [Fact]
    public async Task WhenACheckpointIsDamaged_ItsTaskIsLostAndItsNeighbourGoesOn()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("bad", Process("p", "sleep 300")));
        await bench.SendAsync(bench.Task("good", Process("p", "while [ ! -e go ]; do sleep 0.05; done; exit 9")));
        var bad = await bench.WaitAsync("bad", r => r.State == TaskState.Running && r.Processes[0].Pid is not null);
        await bench.WaitAsync("good", TaskState.Running);
        await bench.StopWorkerAsync();
        var lines = await File.ReadAllLinesAsync(bench.TaskPath("bad", "checkpoint.jsonl"));
        await File.WriteAllLinesAsync(bench.TaskPath("bad", "checkpoint.jsonl"), [lines[0], "\0\0\0garbage", .. lines.Skip(1)]);

        await bench.StartWorkerAsync();
        await File.WriteAllTextAsync(bench.TaskPath("good", "sandbox", "go"), "");

        Assert.Contains("line 2 of checkpoint.jsonl", (await bench.WaitAsync("bad", TaskState.Lost)).Message, StringComparison.Ordinal);
        Assert.Equal(9, (await bench.WaitAsync("good", TaskState.Failed)).Processes[0].ExitCode);
        await UntilAsync(() => !IsAlive(bad.Processes[0].Pid!.Value), "what the damaged task ran has ended");
    }

    [Fact]
    public async Task WhenTheMachineWasRestarted_TheTaskIsLost()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "sleep 300")));
        await bench.WaitAsync("t1", TaskState.Running);
        await bench.StopWorkerAsync();
        var file = bench.TaskPath("t1", "task.json");
        var boot = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id")).Trim();
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace(boot, Guid.NewGuid().ToString(), StringComparison.Ordinal));

        await bench.StartWorkerAsync();

        Assert.Equal("the worker's machine was restarted", (await bench.WaitAsync("t1", TaskState.Lost)).Message);
    }

    [Fact]
    public async Task WhenAnotherAgentHasTheFolder_TheSecondOneRefusesToStart()
    {
        await using var bench = await StartAsync();

        var refusal = await Assert.ThrowsAsync<AuroraException>(() => WorkerHost.StartAsync(
            new WorkerOptions { Id = new WorkerId("second"), Folder = bench.Folder, Total = Machine.Resources("/tmp") },
            bench.Bus,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
            TimeProvider.System,
            default));

        Assert.Equal(ErrorCodes.InvalidConfiguration, refusal.Code);
        Assert.Contains(bench.Folder, refusal.Message, StringComparison.Ordinal);
    }

    private static int ParentOf(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void KillHard(int pid)
    {
        Assert.True(pid > 1 && File.ReadAllText($"/proc/{pid}/cmdline").Contains("shim", StringComparison.OrdinalIgnoreCase), $"{pid} is no shim.");
        using var shim = System.Diagnostics.Process.GetProcessById(pid);
        shim.Kill();
    }
}
