using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.TestSupport;
using Aurora.TestSupport.Programs;
using Aurora.TestSupport.RabbitMq;
using Xunit;

namespace Aurora.Worker.Tests.Torture;

/// <summary>The program <c>aurora-worker</c> on a real RabbitMQ: it is emptied, and replaced in place.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class WorkerProgramFacts(RabbitMqFixture rabbit) : IClassFixture<RabbitMqFixture>
{
    private const string Waiting = "echo $$ >> pid; while [ ! -e go ]; do sleep 0.05; done; exit 5";
    private static readonly string Role = Environment.IsPrivilegedProcess ? "www-data" : Environment.UserName;

    [Fact]
    public async Task WhenItIsDrained_BothProgramsEndWithZeroAndNothingIsLeft()
    {
        using var folder = Folder();
        await using var worker = await StartAsync(folder);
        var orders = Enumerable.Range(0, 3).Select(_ => Order("sleep 300")).ToList();
        worker.StartAgent();
        await RunningAsync(worker, orders);

        await using var drain = worker.StartDrain();
        await drain.WaitForExitAsync(TorturedWorker.Patience);
        await worker.Agent!.WaitForExitAsync(TorturedWorker.Patience);

        Assert.True(drain.ExitCode == 0, drain.Output);
        Assert.True(worker.Agent.ExitCode == 0, worker.Agent.Output);
        await EndedLostAsync(worker, orders);
    }

    [Fact]
    public async Task WhenItIsDrainedWhileNoAgentRuns_TheProgramEndsWhatTheAgentLeft()
    {
        using var folder = Folder();
        await using var worker = await StartAsync(folder);
        var orders = new List<LaunchTask> { Order("sleep 300") };
        worker.StartAgent();
        await RunningAsync(worker, orders);
        await worker.KillAgentAsync();

        await using var drain = worker.StartDrain();
        await drain.WaitForExitAsync(TorturedWorker.Patience);

        Assert.True(drain.ExitCode == 0, drain.Output);
        await EndedLostAsync(worker, orders);
    }

    [Fact]
    public async Task WhenItIsReplacedInPlace_TheSameProcessRunsOnAndItsEndIsKnown()
    {
        using var folder = Folder();
        await using var worker = await StartAsync(folder);
        var order = Order(Waiting);
        worker.StartAgent();
        await RunningAsync(worker, [order]);
        var pid = worker.Last(order.TaskId)!.Processes[0].Pid!.Value;

        worker.Agent!.Terminate();
        await worker.Agent.WaitForExitAsync(TorturedWorker.Patience);
        Assert.True(worker.Agent.ExitCode == 0, worker.Agent.Output);
        await worker.Agent.DisposeAsync();
        Assert.True(Agent.WorkerBench.IsAlive(pid));
        worker.StartAgent();
        await worker.Agent.WaitForLineAsync("is up", TorturedWorker.Patience);
        Assert.True(Agent.WorkerBench.IsAlive(pid));
        var sandbox = Path.Combine(worker.WorkerFolder, "tasks", order.TaskId.Value, "sandbox");
        await File.WriteAllTextAsync(Path.Combine(sandbox, "go"), "");

        await worker.EndedAsync([order.TaskId]);
        var end = worker.Ends[order.TaskId];
        Assert.Equal((TaskState.Failed, pid, 0, 5), (end.State, end.Processes[0].Pid, end.Processes[0].Run, end.Processes[0].ExitCode));
        Assert.Equal($"{pid}\n", await File.ReadAllTextAsync(Path.Combine(sandbox, "pid")));
    }

    [Fact]
    public async Task WhileATaskRuns_NoCryptographicLibraryIsInTheAgentsMemory()
    {
        using var folder = Folder();
        await using var worker = await StartAsync(folder);
        var order = Order("sleep 300");
        worker.StartAgent();
        await RunningAsync(worker, [order]);

        var mapped = await File.ReadAllTextAsync($"/proc/{worker.Agent!.Id}/maps");
        Assert.Contains("libcoreclr.so", mapped, StringComparison.Ordinal);
        Assert.DoesNotContain("libcrypto", mapped, StringComparison.Ordinal);

        await worker.SendAsync(new KillTask(order.TaskId, "the test is over"));
        await worker.EndedAsync([order.TaskId]);
    }

    private async Task<TorturedWorker> StartAsync(TemporaryFolder folder) =>
        await TorturedWorker.StartAsync(folder.Path, await (await rabbit.ServerAsync()).CreateVhostAsync());

    private static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder("program");
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        return folder;
    }

    private static async Task RunningAsync(TorturedWorker worker, IReadOnlyList<LaunchTask> orders)
    {
        foreach (var order in orders)
        {
            await worker.SendAsync(order);
        }

        await Eventually.IsTrueAsync("the tasks to run", TorturedWorker.Patience, () => orders.All(o => worker.Last(o.TaskId) is { State: TaskState.Running } r && r.Processes[0].Pid is not null));
    }

    private static async Task EndedLostAsync(TorturedWorker worker, IReadOnlyList<LaunchTask> orders)
    {
        await worker.EndedAsync([.. orders.Select(o => o.TaskId)]);
        Assert.All(orders, o => Assert.Equal((TaskState.Lost, "the worker is being emptied"), (worker.Ends[o.TaskId].State, worker.Ends[o.TaskId].Message)));
        Assert.False(File.Exists(Path.Combine(worker.WorkerFolder, "drain")), "The next agent would empty itself again.");
        await Eventually.IsTrueAsync("no process of the worker to be left", TorturedWorker.Patience, () => !TestSupport.Programs.Processes.Mentioning(worker.WorkerFolder).Any());
    }

    private static LaunchTask Order(string cmdline) => new(
        new TaskId($"program-{Guid.NewGuid():N}"),
        new JobKey("devcluster", Role, "devel", "program"),
        0,
        new TaskConfiguration
        {
            Name = "program",
            Processes = [new ProcessConfiguration { Name = "p", Cmdline = cmdline, MinDuration = 0 }],
            Resources = new ResourceGrant { Cpu = 0.1, Ram = 16 << 20, Disk = 16 << 20 },
        });
}
