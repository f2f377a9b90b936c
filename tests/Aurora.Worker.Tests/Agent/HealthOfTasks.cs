using Aurora.Core.Configuration;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;
using static Aurora.Worker.Tests.Agent.WorkerBench;

namespace Aurora.Worker.Tests.Agent;

/// <summary>Health checks of real tasks (aurora-spec section 3.7).</summary>
public sealed class HealthOfTasks
{
    private static readonly HealthCheckConfiguration Often = new() { IntervalSecs = 0.2, InitialIntervalSecs = 30, MaxConsecutiveFailures = 1 };

    [Fact]
    public async Task ATaskIsStartingUntilItIsHealthy_AndFailsWhenItIsNotAnyMore()
    {
        await using var bench = await StartAsync(TimeSpan.FromSeconds(5));
        await bench.SendAsync(bench.Task("t1", Responder.Process("p")) with { HealthCheckConfig = Often with { InitialIntervalSecs = 4 } });
        await bench.WaitAsync("t1", r => r.State == TaskState.Starting && r.Processes[0].State == ProcessState.Running);
        Assert.DoesNotContain(bench.Reports, r => r.State == TaskState.Running);

        bench.Touch("t1", "well");
        await bench.WaitAsync("t1", TaskState.Running);
        File.Delete(bench.TaskPath("t1", "sandbox", "well"));
        var end = await bench.WaitAsync("t1", TaskState.Failed);

        Assert.StartsWith("AUR4007 health checks failed 2 times in a row, 1 tolerated", end.Message, StringComparison.Ordinal);
        Assert.Contains("GET /health", end.Message, StringComparison.Ordinal);
        bench.AssertNothingIsLeftOf("t1");
    }

    [Fact]
    public async Task ATaskThatNeverBecomesHealthy_FailsWithoutEverRunning()
    {
        await using var bench = await StartAsync(TimeSpan.FromSeconds(5));
        await bench.SendAsync(bench.Task("t1", Responder.Process("p")) with { HealthCheckConfig = Often with { InitialIntervalSecs = 0.6 } });

        Assert.StartsWith("AUR4007", (await bench.WaitAsync("t1", TaskState.Failed)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(bench.Reports, r => r.State == TaskState.Running);
    }

    [Fact]
    public async Task AShellCheckRunsAsTheRoleInTheSandbox_AndFailsTheTask()
    {
        await using var bench = await StartAsync();
        var check = new HealthCheckerConfiguration { Shell = new ShellHealthCheckerConfiguration { ShellCommand = "id -un > who; [ ! -e sick ] || { echo no more >&2; exit 3; }" } };
        await bench.SendAsync(bench.Task("t1", Process("p", "sleep 300")) with { HealthCheckConfig = Often with { HealthChecker = check, InitialIntervalSecs = 0.2 } });
        await bench.WaitAsync("t1", TaskState.Running);
        Assert.Equal($"{Role}\n", await File.ReadAllTextAsync(bench.TaskPath("t1", "sandbox", "who")));

        bench.Touch("t1", "sick");

        Assert.Matches("^AUR4007 .*3", (await bench.WaitAsync("t1", TaskState.Failed)).Message);
        bench.AssertNothingIsLeftOf("t1");
    }

    [Fact]
    public async Task WhileTheSnoozeFileIsThere_TheTaskCountsAsHealthy()
    {
        await using var bench = await StartAsync(TimeSpan.FromSeconds(5));
        await bench.SendAsync(bench.Task("t1", Process("snooze", "touch .healthchecksnooze"), Responder.Process("p")) with { HealthCheckConfig = Often with { InitialIntervalSecs = 0.2 } });
        await bench.WaitAsync("t1", r => r.State == TaskState.Running && r.Processes[1].State == ProcessState.Running);
        var counting = System.Diagnostics.Stopwatch.StartNew();
        await UntilAsync(() => counting.Elapsed > TimeSpan.FromSeconds(1.5), "time for many checks has gone by");
        Assert.DoesNotContain(bench.Reports, r => r.State == TaskState.Failed);

        File.Delete(bench.TaskPath("t1", "sandbox", ".healthchecksnooze"));

        Assert.StartsWith("AUR4007", (await bench.WaitAsync("t1", TaskState.Failed)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ChecksGoOnWithTheNextAgent(bool shell)
    {
        await using var bench = await StartAsync(TimeSpan.FromSeconds(5));
        var checker = shell
            ? new HealthCheckerConfiguration { Shell = new ShellHealthCheckerConfiguration { ShellCommand = "[ -e well ]" } }
            : new HealthCheckerConfiguration { Http = new HttpHealthCheckerConfiguration() };
        await bench.SendAsync(bench.Task("t1", Responder.Process("p")) with { HealthCheckConfig = Often with { HealthChecker = checker } });
        await bench.WaitAsync("t1", r => r.Processes is [{ State: ProcessState.Running }]);
        await bench.StopWorkerAsync();
        Assert.DoesNotContain(bench.Reports, r => r.State == TaskState.Running);
        bench.Touch("t1", "well");

        await bench.StartWorkerAsync();
        var running = await bench.WaitAsync("t1", TaskState.Running);
        await bench.StopWorkerAsync();
        File.Delete(bench.TaskPath("t1", "sandbox", "well"));
        await bench.StartWorkerAsync();

        var end = await bench.WaitAsync("t1", TaskState.Failed);
        Assert.StartsWith("AUR4007", end.Message, StringComparison.Ordinal);
        Assert.Equal(running.Processes[0].Pid, end.Processes[0].Pid);
    }
}
