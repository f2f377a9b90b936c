using Aurora.Broker.State;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.TestSupport;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

/// <summary>What a launch carries for the worker beyond the task, and what comes back: ports and usage.</summary>
public sealed class MeasuredTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task ALaunch_CarriesHealthChecks_LifecycleAndAnnouncer()
    {
        var job = Some.Job() with
        {
            Announce = new AnnounceConfiguration { PrimaryPort = "web", Portmap = new Dictionary<string, string> { ["aurora"] = "web" } },
            HealthCheckConfig = new HealthCheckConfiguration { IntervalSecs = 3, HealthChecker = new HealthCheckerConfiguration { Shell = new ShellHealthCheckerConfiguration { ShellCommand = "true" } } },
            Lifecycle = new LifecycleConfiguration { Http = new HttpLifecycleConfiguration { Port = "web" } },
        };
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();

        Assert.Equal(ReplyCode.Ok, (await cluster.CreateAsync(job)).Code);

        var launch = await worker.NextAsync<LaunchTask>();
        Assert.Equal(job.HealthCheckConfig, launch.HealthCheckConfig);
        Assert.Equal(job.Lifecycle, launch.Lifecycle);
        Assert.Equal(("web", "web"), (launch.Announce?.PrimaryPort, launch.Announce?.Portmap["aurora"]));
    }

    [Fact]
    public async Task WhatTheWorkerSaysOfPortsAndUsage_IsShown_AndKeptWhenItSaysNothing()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        await cluster.CreateAsync(Some.Job());
        var id = (await worker.NextAsync<LaunchTask>()).TaskId;
        var first = FakeWorker.Report(id, TaskState.Running) with { Ports = new Dictionary<string, int> { ["http"] = 31000 } };
        await worker.ReportAsync(first);
        await worker.ReportAsync(first with { Ports = null, Usage = new ResourceUsage { CpuSecs = 2.5, RamPeak = 1000, Disk = 77 } });
        await worker.ReportAsync(id, TaskState.Finished);
        await worker.NextAsync<EndsRecorded>();

        var task = Assert.Single(await cluster.TasksAsync(Some.Job().Key));

        Assert.Equal([new("http", 31000)], task.Ports!);
        Assert.Equal(new ResourceUsage { CpuSecs = 2.5, RamPeak = 1000, Disk = 77 }, task.Usage);
    }

    [Fact]
    public async Task ATaskOfWhichNothingWasSaid_HasNeither()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Some.Job());

        var task = Assert.Single(await cluster.TasksAsync(Some.Job().Key));

        Assert.Null(task.Ports);
        Assert.Null(task.Usage);
    }

    [Fact]
    public void ALateReport_NeverTakesBackWhatOnlyGrows()
    {
        var known = Storage.StoreSamples.Task() with { Usage = new ResourceUsage { CpuSecs = 3, RamPeak = 300, Disk = 30 } };

        var merged = MeasuredReports.Merge(known, Report(known.Id) with { Usage = new ResourceUsage { CpuSecs = 2, RamPeak = 400, Disk = 20 } });

        Assert.Equal(new ResourceUsage { CpuSecs = 3, RamPeak = 400, Disk = 20 }, merged.Usage);
    }

    [Fact]
    public void AReportWithoutTheDisk_LeavesWhatIsKnownOfIt()
    {
        var known = Storage.StoreSamples.Task() with { Usage = new ResourceUsage { CpuSecs = 3, RamPeak = 300, Disk = 30 } };

        var merged = MeasuredReports.Merge(known, Report(known.Id) with { Usage = new ResourceUsage { CpuSecs = 4, RamPeak = 300 } });

        Assert.Equal(new ResourceUsage { CpuSecs = 4, RamPeak = 300, Disk = 30 }, merged.Usage);
    }

    [Fact]
    public async Task ADiskThatWasNotMeasured_IsUnknownFromReportToStoreAndPage()
    {
        await using var cluster = await TestCluster.StartAsync(o => o with { HttpAddress = "http://127.0.0.1:0" });
        await using var worker = await cluster.AddWorkerAsync();
        await cluster.CreateAsync(Some.Job());
        var id = (await worker.NextAsync<LaunchTask>()).TaskId;
        await worker.ReportAsync(FakeWorker.Report(id, TaskState.Finished) with { Usage = new ResourceUsage { CpuSecs = 0.5, RamPeak = 1 << 20 } });
        await worker.NextAsync<EndsRecorded>();
        await cluster.RestartBrokerAsync();

        Assert.Equal(new ResourceUsage { CpuSecs = 0.5, RamPeak = 1 << 20, Disk = null }, Assert.Single(await cluster.TasksAsync(Some.Job().Key)).Usage);
        using var http = new HttpClient { BaseAddress = cluster.Host.WebAddress };
        var page = await http.GetStringAsync(new Uri("/scheduler/www-data/devel/hello", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains("<p>Used: 0.5 s CPU, at most 1 MB memory, disk not measured</p>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsKnownAlready_ChangesNothing_SoThatNothingIsStored()
    {
        var known = Storage.StoreSamples.FullTask();
        var again = Report(known.Id) with { Ports = known.Ports.ToDictionary(), Usage = known.Usage! with { } };

        Assert.Same(known, MeasuredReports.Merge(known, again));
        Assert.Same(known, MeasuredReports.Merge(known, Report(known.Id)));
    }

    [Fact]
    public async Task AWorkerThatDrains_GetsNoTask_UntilItsNextHelloSaysOtherwise()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        worker.Draining = true;
        await worker.HelloAgainAsync();
        await Eventually.IsTrueAsync("the worker drains", Patience, async () => (await cluster.ClusterAsync()).Workers.Single().Draining);

        await cluster.CreateAsync(Some.Job());
        await Eventually.IsTrueAsync("the task says why it waits", Patience, async () => (await cluster.TasksAsync(Some.Job().Key))[0].PendingReason == "the only worker is draining");
        Assert.Empty(worker.Received().OfType<LaunchTask>());

        worker.Draining = false;
        await worker.HelloAgainAsync();
        await worker.NextAsync<LaunchTask>();
        Assert.False((await cluster.ClusterAsync()).Workers.Single().Draining);
    }

    [Fact]
    public async Task AWorkerThatDrains_KeepsTheTasksThatItHas()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        await cluster.CreateAsync(Some.Job());
        var id = (await worker.NextAsync<LaunchTask>()).TaskId;
        await worker.ReportAsync(id, TaskState.Running);
        worker.Draining = true;
        await worker.HelloAgainAsync(FakeWorker.Report(id, TaskState.Running));
        await Eventually.IsTrueAsync("the worker drains", Patience, async () => (await cluster.ClusterAsync()).Workers.Single().Draining);

        Assert.Equal(TaskState.Running, Assert.Single(await cluster.TasksAsync(Some.Job().Key)).State);
    }

    private static TaskReport Report(TaskId id) => FakeWorker.Report(id, TaskState.Running);
}
