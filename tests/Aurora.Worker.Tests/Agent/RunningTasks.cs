using Xunit;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using static Aurora.Worker.Tests.Agent.WorkerBench;

namespace Aurora.Worker.Tests.Agent;

/// <summary>Tasks from order to end, with real processes.</summary>
public sealed class RunningTasks
{
    [Fact]
    public async Task WhenATaskIsOrdered_ItsProcessesRunInOrderAndItFinishes()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("install", "echo one > out && echo {{mesos.instance}} {{thermos.task_id}}"), Process("main", "cat out && echo two >&2")));

        var end = await bench.WaitAsync("t1", TaskState.Finished);

        Assert.Equal([ProcessState.Success, ProcessState.Success], end.Processes.Select(p => p.State));
        Assert.All(end.Processes, p => Assert.Equal(0, p.ExitCode));
        Assert.True(end.Processes[0].EndedAt <= end.Processes[1].StartedAt);
        Assert.Equal($"3 {bench.TaskId("t1")}\n", await bench.LogAsync("t1", "stdout", "install"));
        Assert.Equal("one\n", await bench.LogAsync("t1", "stdout"));
        Assert.Equal("two\n", await bench.LogAsync("t1", "stderr"));
        Assert.Contains(bench.Reports, r => r.State == TaskState.Running);
    }

    [Fact]
    public async Task WhenAProcessFails_TheTaskFailsWithItsExitCodeAndItsStderrCanBeRead()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("fetch_package", "true"), Process("hello_world", "echo NameError >&2; exit 7"), Process("never", "touch ran")));

        var end = await bench.WaitAsync("t1", TaskState.Failed);

        Assert.Equal("process 'hello_world' failed with exit code 7 (run 0)", end.Message);
        Assert.Equal(7, end.Processes[1].ExitCode);
        Assert.Equal(ProcessState.Waiting, end.Processes[2].State);
        Assert.Equal("NameError\n", await bench.LogAsync("t1", "stderr"));
        Assert.False(File.Exists(bench.TaskPath("t1", "sandbox", "ran")));
    }

    [Fact]
    public async Task WhenAProcessIsEndedByASignal_ItIsRunAgain()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "if [ -e again ]; then exit 0; fi; touch again; kill -9 $$")));

        var end = await bench.WaitAsync("t1", TaskState.Finished);

        Assert.Equal(1, end.Processes[0].Run);
        Assert.Contains(bench.Reports, r => r.Processes.Any(p => p is { Run: 0, State: ProcessState.Killed, Signal: 9 }) || r.Processes.Any(p => p.Run == 1));
    }

    [Fact]
    public async Task WhenAPlainCommandRuns_NoShellStandsBetween()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "sleep 300")));

        var running = await bench.WaitAsync("t1", r => r.State == TaskState.Running && r.Processes[0].Pid is not null);

        var commandLine = $"/proc/{running.Processes[0].Pid}/cmdline";
        await UntilAsync(() => File.ReadAllText(commandLine).EndsWith("/sleep\0300\0", StringComparison.Ordinal), "the process is the command itself");
    }

    [Fact]
    public async Task WhenTheSameOrderComesTwice_TheTaskRunsOnceAndIsReportedAgain()
    {
        await using var bench = await StartAsync();
        var order = bench.Task("t1", Process("p", "echo x >> runs"));
        await bench.SendAsync(order);
        await bench.WaitAsync("t1", TaskState.Finished);
        var before = bench.Reports.Count(r => r.State == TaskState.Finished);

        await bench.SendAsync(order);
        await UntilAsync(() => bench.Reports.Count(r => r.State == TaskState.Finished) > before, "the end is reported again");
        await bench.SendAsync(new EndsRecorded([bench.TaskId("t1")]));
        await UntilAsync(() => bench.Worker!.Tasks.Count == 0, "the recorded task leaves the memory");
        var after = bench.Reports.Count(r => r.State == TaskState.Finished);
        await bench.SendAsync(order);
        await UntilAsync(() => bench.Reports.Count(r => r.State == TaskState.Finished) > after, "the recorded end is reported from disk");

        Assert.Equal("x\n", await File.ReadAllTextAsync(bench.TaskPath("t1", "sandbox", "runs")));
    }

    [Fact]
    public async Task WhenTheRoleDoesNotExist_TheTaskFailsAndSaysWhy()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "A plain user's worker runs every role as that user.");
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.TaskOf("t1", "no-such-user", Process("p", "true")));

        var end = await bench.WaitAsync("t1", TaskState.Failed);

        Assert.StartsWith("AUR4001 role is 'no-such-user'", end.Message, StringComparison.Ordinal);
        Assert.Equal("AUR4001", (await bench.AskAsync<RoleChecked>(new CheckRole("no-such-user"))).Fault?.Code);
        Assert.Null((await bench.AskAsync<RoleChecked>(new CheckRole(Role))).Fault);
    }

    [Fact]
    public async Task WhenManyTasksComeAtOnce_EachRunsOnceAndAllFinish()
    {
        const int count = 100;
        await using var bench = await StartAsync();
        await System.Threading.Tasks.Task.WhenAll(Enumerable.Range(0, count).Select(i => bench.SendAsync(bench.Task($"t{i}", Process("p", "/bin/true")))));

        for (var i = 0; i < count; i++)
        {
            Assert.Equal(0, (await bench.WaitAsync($"t{i}", TaskState.Finished)).Processes[0].Run);
        }
    }

    [Fact]
    public async Task WhenTheWorkerStarts_ItSaysHelloFirstAndThenBeats()
    {
        await using var bench = await StartAsync();
        await UntilAsync(() => bench.Heard<WorkerHeartbeat>().Any(), "a heartbeat comes");

        var hello = bench.Heard<WorkerHello>().First();
        Assert.Equal(bench.Id, hello.Worker);
        Assert.Equal(20, hello.PortCount); // As many as the bench has.
        Assert.Equal(hello.Session, bench.Heard<WorkerHeartbeat>().First().Session);
        await bench.SendAsync(new SendHello());
        await UntilAsync(() => bench.Heard<WorkerHello>().Count() > 1, "the hello that was asked for comes");
    }
}
