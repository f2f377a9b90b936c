using Aurora.Client;
using Aurora.Client.Clusters;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.TestSupport;
using Aurora.TestSupport.Brokers;
using Xunit;

namespace Aurora.Cli.Tests;

/// <summary>The verbs for workers and quotas against a stand-in broker: what is sent, what is printed, and how it ends.</summary>
public sealed class WorkerVerbTests : IAsyncDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new("cli");
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();
    private readonly StubBroker broker;
    private readonly CliContext context;
    private Func<ICommand, Reply> answer = r => StubBroker.Refuse(r, ErrorCodes.ProtocolError, "not in this test");

    public WorkerVerbTests()
    {
        broker = StubBroker.Start(r => answer(r));
        File.WriteAllText(folder["clusters.json"], $$"""[{"name": "stub", "address": "{{broker.Address}}"}]""");
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
    public async Task WorkerList_ShowsStateUseAndDrain()
    {
        answer = r => StubBroker.Ok(r, new WorkerPage([Worker(MaintenanceMode.Draining, 2), Worker(MaintenanceMode.None, 0)], null));
        Assert.Equal(0, await RunAsync("worker", "list", "stub", "web-*"));
        Assert.Equal("""
            worker-1 on host-1: DRAINING, 2 tasks, free: cpus 1.5 of 4, ram 1 GB of 8 GB, disk 10 GB of 100 GB, gpus 0 of 1
              drained by kim since 2026-01-02 03:04:05.000; without asking policies from 2026-01-09 03:04:05.000: new kernel
              the drain waits: 1 task of c/r/e/n
              problem: a twin
              attributes: rack=r1
            worker-1 on host-1: UP, 0 tasks, free: cpus 1.5 of 4, ram 1 GB of 8 GB, disk 10 GB of 100 GB, gpus 0 of 1
              attributes: rack=r1

            """, output.ToString(), ignoreLineEndingDifferences: true);
        Assert.Equal("web-*", Assert.IsType<GetWorkers>(Assert.Single(broker.Requests)).Name);
    }

    [Fact]
    public async Task WorkerDrain_SendsThePolicy_AndWaitsUntilItIsDone()
    {
        var looks = 0;
        answer = r => r is DrainWorkers
            ? StubBroker.Ok(r, new WorkersChanged([Worker(MaintenanceMode.Draining, 2)]), "1 worker is being drained")
            : StubBroker.Ok(r, new WorkerPage([looks++ == 0 ? Worker(MaintenanceMode.Draining, 1) : Worker(MaintenanceMode.Drained, 0)], null));
        Assert.Equal(0, await RunAsync("worker", "drain", "stub", "worker-1", "--default-percentage", "90", "--default-duration", "10m", "--force-drain-timeout", "2h", "--wait", "-m", "new kernel"));
        var drain = Assert.Single(broker.Requests.OfType<DrainWorkers>());
        Assert.Equal((90.0, 600, 7200, "new kernel"), (drain.DefaultPolicy!.Percentage, drain.DefaultPolicy.DurationSecs, drain.TimeoutSecs, drain.Message));
        Assert.Equal("""
             INFO] Response from scheduler: OK (message: 1 worker is being drained)
             INFO] worker-1: DRAINING, 2 tasks
             INFO] 0 of 1 workers drained, 1 tasks left
             INFO] 1 of 1 workers drained, 0 tasks left

            """, output.ToString(), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task WaitingForADrainThatSomebodyEnds_IsAnError()
    {
        answer = r => r is DrainWorkers
            ? StubBroker.Ok(r, new WorkersChanged([Worker(MaintenanceMode.Draining, 2)]))
            : StubBroker.Ok(r, new WorkerPage([Worker(MaintenanceMode.None, 2)], null));
        Assert.Equal(ExitCodes.Of(ErrorCodes.DrainEnded), await RunAsync("worker", "drain", "stub", "worker-1", "--wait"));
        Assert.Contains("AUR2014", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WorkerDeactivateAndActivate_SendTheirNames()
    {
        answer = r => StubBroker.Ok(r, new WorkersChanged([Worker(r is ActivateWorkers ? MaintenanceMode.None : MaintenanceMode.Scheduled, 0)]));
        Assert.Equal(0, await RunAsync("worker", "deactivate", "stub", "worker-1", "worker-2", "-m", "why"));
        Assert.Equal(0, await RunAsync("worker", "activate", "stub", "worker-1"));
        Assert.Equal(["worker-1", "worker-2"], Assert.Single(broker.Requests.OfType<DeactivateWorkers>()).Workers);
        Assert.Equal(["worker-1"], Assert.Single(broker.Requests.OfType<ActivateWorkers>()).Workers);
        Assert.Contains("worker-1: SCHEDULED, 0 tasks", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task QuotaSetAndGet_ReadAmountsWithUnits_AndPrintTheOriginalsBlocks()
    {
        var amount = new QuotaAmount(40, 64L << 30, 1L << 40);
        answer = r => r is SetQuota ? StubBroker.Ok(r, new QuotaSet(Quota(amount)), "quota set") : StubBroker.Ok(r, new QuotaPage([Quota(amount)], null));
        Assert.Equal(0, await RunAsync("quota", "set", "stub/www-data", "40", "64GB", "1TB"));
        Assert.Equal(0, await RunAsync("quota", "get", "stub/www-data"));
        Assert.Equal(("www-data", amount), (Assert.Single(broker.Requests.OfType<SetQuota>()).Role, Assert.Single(broker.Requests.OfType<SetQuota>()).Quota));
        Assert.Contains($"Allocated:{Environment.NewLine}  CPU: 40 core(s){Environment.NewLine}  RAM: 65536 MB{Environment.NewLine}  Disk: 1048576 MB{Environment.NewLine}", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CLUSTER/ROLE is 'stub'", "quota", "get", "stub")]
    [InlineData("CPU is '-1'", "quota", "set", "stub/x", "-1", "1GB", "1GB")]
    [InlineData("RAM is 'much'", "quota", "set", "stub/x", "1", "much", "1GB")]
    [InlineData("--force-drain-timeout is 'soon'", "worker", "drain", "stub", "w", "--force-drain-timeout", "soon")]
    [InlineData("--default-count is '2'", "worker", "drain", "stub", "w", "--default-count", "2", "--default-percentage", "95")]
    public async Task ABadArgument_IsNamedWithItsRule_AndNothingIsSent(string text, params string[] words)
    {
        Assert.NotEqual(0, await RunAsync(words));
        Assert.Contains(text, error.ToString(), StringComparison.Ordinal);
        Assert.Empty(broker.Requests);
    }

    private Task<int> RunAsync(params string[] words) => CommandLine.RunAsync(context, words, TestContext.Current.CancellationToken);

    private static WorkerSummary Worker(MaintenanceMode mode, int tasks) => new(
        new WorkerId("worker-1"), "host-1", true, new ResourceGrant { Cpu = 4, Ram = 8L << 30, Disk = 100L << 30, Gpu = 1 },
        new ResourceGrant { Cpu = 1.5, Ram = 1L << 30, Disk = 10L << 30 }, tasks, new Dictionary<string, string> { ["rack"] = "r1" })
    {
        Mode = mode,
        DrainWaits = mode == MaintenanceMode.Draining ? "1 task of c/r/e/n" : null,
        Problem = mode == MaintenanceMode.Draining ? "a twin" : null,
        Drain = mode == MaintenanceMode.Draining ? new DrainRequest("kim", At, At.AddDays(7), new SlaPolicyConfiguration { Percentage = 95, DurationSecs = 1800 }, "new kernel") : null,
    };

    private static QuotaSummary Quota(QuotaAmount amount) => new()
    {
        Role = "www-data", Quota = amount, ProductionShared = amount, ProductionDedicated = amount, NonProductionShared = amount, NonProductionDedicated = amount,
    };
}
