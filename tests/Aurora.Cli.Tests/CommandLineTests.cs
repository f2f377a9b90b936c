using Aurora.Client;
using Aurora.Client.Clusters;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.TestSupport;
using Aurora.TestSupport.Brokers;
using Xunit;

namespace Aurora.Cli.Tests;

/// <summary>The command line against a stand-in broker over HTTP: what is sent, what is printed, and how it ends.</summary>
public sealed class CommandLineTests : IAsyncDisposable
{
    private const string Key = "stub/www-data/devel/hello";
    private static readonly JobKey Job = JobKey.Parse(Key);
    private readonly TemporaryFolder folder = new("cli");
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();
    private readonly StubBroker broker;
    private readonly CliContext context;
    private Func<ICommand, Reply> answer = r => StubBroker.Refuse(r, ErrorCodes.ProtocolError, "not in this test");

    public CommandLineTests()
    {
        broker = StubBroker.Start(r => answer(r));
        File.WriteAllText(folder["clusters.json"], $$"""[{"name": "stub", "address": "{{broker.Address}}"}]""");
        File.WriteAllText(folder["job.json"], """
            {"cluster": "stub", "role": "www-data", "environment": "devel", "name": "hello",
             "task": {"processes": [{"name": "hello", "cmdline": "echo {{profile.word}}"}], "resources": {"cpu": 1, "ram": "1MB", "disk": "8MB"}}}
            """);
        context = new CliContext
        {
            Out = output,
            Error = error,
            Clusters = new ClusterRegistry([folder["clusters.json"]]),
            ClientOptions = new AuroraClientOptions { Timeout = TimeSpan.FromSeconds(5), PollInterval = TimeSpan.FromMilliseconds(5) },
        };
    }

    public async ValueTask DisposeAsync()
    {
        await broker.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task JobCreate_PrintsTheOriginalsThreeLines()
    {
        answer = r => StubBroker.Ok(r, new JobCreated(Job, 1, "http://h:1/scheduler/www-data/devel/hello"), $"1 new tasks pending for job {Key}");
        Assert.Equal(0, await RunAsync("job", "create", Key, folder["job.json"], "--bind", "profile.word=hi"));
        Assert.Equal($"""
             INFO] Creating job hello
             INFO] Response from scheduler: OK (message: 1 new tasks pending for job {Key})
             INFO] Job url: http://h:1/scheduler/www-data/devel/hello

            """, output.ToString(), ignoreLineEndingDifferences: true);
        Assert.Equal("echo hi", Assert.IsType<CreateJob>(Assert.Single(broker.Requests)).Job.Task.Processes[0].Cmdline);
    }

    [Theory]
    [InlineData(TaskState.Finished, 0)]
    [InlineData(TaskState.Failed, 4)]
    public async Task JobCreate_ThatWaits_EndsAsTheTaskDoes(TaskState state, int code)
    {
        var looks = 0;
        answer = r => r is CreateJob
            ? StubBroker.Ok(r, new JobCreated(Job, 1, "u"), "1 new tasks pending")
            : StubBroker.Ok(r, new TaskPage([TaskIn(looks++ == 0 ? TaskState.Running : state)], null));
        Assert.Equal(code, await RunAsync("job", "create", Key, folder["job.json"], "--bind", "profile.word=hi", "--wait-until", "FINISHED"));
        Assert.Contains("hello: 1 RUNNING", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(code != 0, error.ToString().Contains("ERROR] AUR4005: Instance 0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ARefusal_PrintsEveryFaultOnItsOwnLine()
    {
        answer = r => new Reply(r.CommandId, ReplyCode.InvalidRequest, "", ErrorCodes.OutOfRange,
            [new Fault(ErrorCodes.OutOfRange, "instances", "0", "must be 1 or more"), new Fault(ErrorCodes.RoleUnknown, "role", "x", "is no user")], null);
        Assert.Equal(3, await RunAsync("job", "create", Key, folder["job.json"], "--bind", "profile.word=hi"));
        Assert.Equal($"ERROR] AUR1104: instances is '0': must be 1 or more{Environment.NewLine}ERROR] AUR4001: role is 'x': is no user{Environment.NewLine}", error.ToString());
    }

    [Theory]
    [InlineData(2, "", "job", "create", Key)]
    [InlineData(2, "", "job", "frobnicate")]
    [InlineData(2, "", "task", "log", Key + "/0", "--stream", "stdlog")]
    [InlineData(3, "AUR3001", "job", "status", "nowhere/a/b/c")]
    [InlineData(3, "AUR1001", "job", "create", Key, "/nowhere.json")]
    [InlineData(6, "AUR1202", "job", "create", Key, "x.json", "--bind", "word")]
    [InlineData(6, "AUR1201", "job", "killall", "a/b")]
    [InlineData(6, "AUR1202", "job", "kill", Key)]
    [InlineData(6, "AUR1203", "job", "kill", Key + "/3-1")]
    [InlineData(6, "AUR1202", "task", "log", Key)]
    [InlineData(6, "AUR1202", "task", "log", Key + "/0", "--tail", "-1")]
    [InlineData(6, "AUR1202", "tutorial", "--amqp", "http://x")]
    [InlineData(6, "AUR1202", "dev", "--ram", "lots")]
    public async Task WrongUse_IsToldBeforeAnythingIsSent(int code, string says, params string[] words)
    {
        Assert.Equal(code, await RunAsync(words));
        Assert.Contains(says, error.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(error.ToString());
        Assert.Empty(broker.Requests);
    }

    [Fact]
    public async Task JobKillAll_WaitsUntilTheTasksHaveEnded()
    {
        var looks = 0;
        answer = r => r is KillTasks
            ? StubBroker.Ok(r, new TasksKilled(Job, [TaskIn(TaskState.Running).TaskId], "u"), "Tasks killed.")
            : StubBroker.Ok(r, new TaskPage(looks++ < 2 ? [TaskIn(TaskState.Killing)] : [], null));
        Assert.Equal(0, await RunAsync("job", "killall", Key, "-m", "enough"));
        Assert.Equal(3, looks);
        Assert.Equal("enough", broker.Requests.OfType<KillTasks>().Single().Message);
        Assert.Contains(" INFO] Response from scheduler: OK (message: Tasks killed.)", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task JobStatus_ShowsTasks_OrSaysThatThereAreNone()
    {
        answer = r => StubBroker.Ok(r, new TaskPage([TaskIn(TaskState.Running)], null));
        Assert.Equal(0, await RunAsync("job", "status", Key));
        Assert.Contains("instance: 0, status: RUNNING on host-1", output.ToString(), StringComparison.Ordinal);
        answer = r => StubBroker.Ok(r, new TaskPage([], null));
        Assert.Equal(6, await RunAsync("job", "status", Key));
        Assert.Equal(0, await RunAsync("job", "status", Key, "--write-json"));
        Assert.Contains("\"error\": \"No matching jobs found\"", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task JobStatus_ShowsPortsAndUsage_WhereTheyAreKnown()
    {
        var task = TaskIn(TaskState.Running);
        task.Ports = new Dictionary<string, int> { ["http"] = 31000, ["aurora"] = 31000 };
        task.Usage = new ResourceUsage { CpuSecs = 12.345, RamPeak = 1_500_000, Disk = 0 };
        task.Processes =
        [
            new ProcessReport { Name = "hello", Run = 2, State = ProcessState.Success, ExitCode = 0, CpuSecs = 0.5, RamPeak = 1L << 31 },
            new ProcessReport { Name = "other", Run = 0, State = ProcessState.Running, Pid = 7 },
        ];
        answer = r => StubBroker.Ok(r, new TaskPage([task, TaskIn(TaskState.Running) with { Instance = 1 }], null));

        Assert.Equal(0, await RunAsync("job", "status", Key));

        Assert.Contains("""
                ports on host-1: aurora=31000, http=31000
                used: cpu 12.35 s, peak ram 1.4 MB, disk 0 B
                events:
            """, output.ToString(), StringComparison.Ordinal);
        Assert.Contains("      hello: SUCCESS (exit code 0), run 2, cpu 0.5 s, peak ram 2 GB\n      other: RUNNING (pid 7), run 0\n",
            output.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Single(output.ToString().Split('\n'), line => line.Contains("ports on", StringComparison.Ordinal));
        task.Usage = task.Usage with { Disk = null };
        Assert.Equal(0, await RunAsync("job", "status", Key));
        Assert.Contains("peak ram 1.4 MB, disk not measured\n", output.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);

        Assert.Equal(0, await RunAsync("job", "status", Key, "--write-json"));
        Assert.Contains("\"http\": 31000", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"ram_peak\": 1500000", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ROLLED_FORWARD", 0)]
    [InlineData("ROLLED_BACK", 4)]
    [InlineData("ABORTED", 20)]
    public async Task UpdateStart_ThatWaits_EndsAsTheUpdateDoes(string status, int code)
    {
        answer = r => r is StartUpdate
            ? StubBroker.Ok(r, new UpdateStarted(Job, "u-1", "u"), "started")
            : StubBroker.Ok(r, new UpdatePage([UpdateIn(status)]));
        Assert.Equal(code, await RunAsync("update", "start", Key + "/0", folder["job.json"], "--bind", "profile.word=hi", "--wait"));
        Assert.Equal([0], broker.Requests.OfType<StartUpdate>().Single().Instances);
        Assert.Contains(status, output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CtrlC_EndsWith130()
    {
        using var stop = new CancellationTokenSource();
        answer = r =>
        {
            if (r is CreateJob)
                return StubBroker.Ok(r, new JobCreated(Job, 1, "u"), "1 new tasks pending");
            stop.Cancel();
            return StubBroker.Ok(r, new TaskPage([TaskIn(TaskState.Pending)], null));
        };
        Assert.Equal(130, await CommandLine.RunAsync(context, ["job", "create", Key, folder["job.json"], "--bind", "profile.word=hi", "--wait-until", "RUNNING"], stop.Token));
    }

    [Fact]
    public async Task JobInspect_PrintsTheBoundJob_AndAsksNobody()
    {
        Assert.Equal(0, await RunAsync("job", "inspect", Key, folder["job.json"], "--write-json", "--bind", "profile.word=hi"));
        Assert.Contains("\"cmdline\": \"echo hi\"", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("config", "list", folder["job.json"]));
        Assert.Contains($"jobs=[{Key}]", output.ToString(), StringComparison.Ordinal);
        Assert.Empty(broker.Requests);
    }

    [Theory]
    [InlineData(6, "--wait-until is 'NEVER': must be PENDING, RUNNING or FINISHED", "job", "create", Key, "job.json", "--wait-until", "NEVER")]
    [InlineData(6, "--wait-until is '1': must be PENDING, RUNNING or FINISHED", "job", "create", Key, "job.json", "--wait-until", "1")]
    [InlineData(2, "Cannot parse argument 'x' for option '--cpu'.", "dev", "--cpu", "x")]
    public async Task AValueOfTheWrongKind_IsRefusedWithoutNamesOfOurTypes(int exitCode, string text, params string[] words)
    {
        Assert.Equal(exitCode, await RunAsync(words));
        Assert.Contains(text, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", error.ToString(), StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] words) => CommandLine.RunAsync(context, words, TestContext.Current.CancellationToken);

    private static TaskSummary TaskIn(TaskState state) => new()
    {
        TaskId = new TaskId("www-data-devel-hello-0-x"), Job = Job, Instance = 0, State = state, Host = "host-1",
        Resources = new ResourceGrant { Cpu = 1, Ram = 1 << 20, Disk = 8 << 20 },
        Events = [new TaskEvent(DateTimeOffset.UnixEpoch, state, null, "b")],
    };

    private static UpdateSummary UpdateIn(string status) => new()
    {
        UpdateId = "u-1", Job = Job, Status = status, User = "kim", CreatedAt = DateTimeOffset.UnixEpoch, ModifiedAt = DateTimeOffset.UnixEpoch,
        InstancesTotal = 1, InstancesDone = 1, Events = [],
    };
}
