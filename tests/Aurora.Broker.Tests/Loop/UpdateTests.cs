using Aurora.Broker.Tests.Support;
using Aurora.Core.Errors;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.TestSupport;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

public sealed class UpdateTests
{
    [Fact]
    public async Task AnUpdateReplacesARunningInstance()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        await cluster.CreateAsync(Some.Job(service: true, command: "old"));
        var old = await worker.NextAsync<LaunchTask>();
        await worker.ReportAsync(old.TaskId, TaskState.Running);

        var reply = await cluster.UpdateAsync(Some.Job(service: true, command: "new"));

        Assert.Equal(ReplyCode.Ok, reply.Code);
        Assert.Equal(old.TaskId, (await worker.NextAsync<KillTask>()).TaskId);
        Assert.Equal(ErrorCodes.JobUpdating, (await cluster.KillAsync(Some.Job().Key)).ErrorCode);
        Assert.Equal(ReplyCode.JobUpdatingError, (await cluster.UpdateAsync(Some.Job(service: true, command: "newer"))).Code);
        await worker.ReportAsync(old.TaskId, TaskState.Killed);
        var replacement = await worker.NextAsync<LaunchTask>();
        Assert.Equal("new", replacement.Task.Processes[0].Cmdline);
        await worker.ReportAsync(replacement.TaskId, TaskState.Running);

        await StatusAsync(cluster, "ROLLED_FORWARD");
        Assert.Contains("unchanged", (await cluster.UpdateAsync(Some.Job(service: true, command: "new"))).Message, StringComparison.Ordinal);
        Assert.Single(await cluster.UpdatesAsync(Some.Job().Key));
        Assert.Equal("new", (await cluster.ReadAsync<JobPage>(new GetJobs(Guid.NewGuid(), "ann", "www-*", null, "h?llo", null, 10))).Jobs.Single()
            .Configuration.Task.Processes[0].Cmdline);
    }

    [Fact]
    public async Task AnUpdateThatFitsNowhere_CanBeAborted_AndThenTheJobCanBeKilled()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        await cluster.CreateAsync(Some.Job(service: true, command: "old"));
        var old = await worker.NextAsync<LaunchTask>();
        await worker.ReportAsync(old.TaskId, TaskState.Running);
        Assert.Equal(ErrorCodes.UpdateNotFound, (await cluster.SendAsync(new AbortUpdate(Guid.NewGuid(), "ann", Some.Job().Key, null))).ErrorCode);

        var job = Some.Job(service: true, command: "new");
        await cluster.UpdateAsync(job with { Task = job.Task with { Resources = job.Task.Resources with { Cpu = 100_000 } } });
        Assert.Equal(old.TaskId, (await worker.NextAsync<KillTask>()).TaskId);
        await worker.ReportAsync(old.TaskId, TaskState.Killed);
        var reply = await cluster.SendAsync(new AbortUpdate(Guid.NewGuid(), "ann", Some.Job().Key, "too large"));

        Assert.Equal(ReplyCode.Ok, reply.Code);
        var update = Assert.Single(await cluster.UpdatesAsync(Some.Job().Key));
        Assert.Equal(("ABORTED", "Aborted by ann: too large"), (update.Status, update.Message));
        Assert.Equal(ReplyCode.Ok, (await cluster.KillAsync(Some.Job().Key)).Code);
    }

    [Fact]
    public async Task AnUpdateWatchesAndGoesBackWhenTheNewOneFails_AcrossARestartOfTheBroker()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        await cluster.CreateAsync(Some.Job(service: true, command: "old"));
        var old = await worker.NextAsync<LaunchTask>();
        await worker.ReportAsync(old.TaskId, TaskState.Running);
        await cluster.UpdateAsync(Some.Job(service: true, command: "new", watchSecs: 10));
        await worker.ReportAsync((await worker.NextAsync<KillTask>()).TaskId, TaskState.Killed);
        var bad = await worker.NextAsync<LaunchTask>();
        await worker.ReportAsync(bad.TaskId, TaskState.Running);
        await cluster.AppliedAsync(Some.Job().Key, bad.TaskId, TaskState.Running);

        await cluster.RestartBrokerAsync();
        await worker.NextAsync<SendHello>();
        await worker.HelloAsync(FakeWorker.Report(bad.TaskId, TaskState.Running));
        Assert.Equal("ROLLING_FORWARD", (await cluster.UpdatesAsync(Some.Job().Key))[0].Status);
        await worker.ReportAsync(bad.TaskId, TaskState.Failed, "exit code 1");

        var back = await worker.NextAsync<LaunchTask>();
        while (back.Task.Processes[0].Cmdline != "old")
            back = await worker.NextAsync<LaunchTask>();
        await worker.ReportAsync(back.TaskId, TaskState.Running);
        await cluster.AppliedAsync(Some.Job().Key, back.TaskId, TaskState.Running);
        cluster.Time.Advance(TimeSpan.FromSeconds(10));
        await StatusAsync(cluster, "ROLLED_BACK");
        Assert.Contains("exit code 1", (await cluster.UpdatesAsync(Some.Job().Key))[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUpdateOfAJobThatIsNotThereAddsIt_AndOnlyServicesCanBeUpdated()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        Assert.Equal(ErrorCodes.NotAService, (await cluster.UpdateAsync(Some.Job())).ErrorCode);
        await cluster.UpdateAsync(Some.Job(service: true, instances: 3, batchSize: 3));
        for (var i = 0; i < 3; i++)
            await worker.ReportAsync((await worker.NextAsync<LaunchTask>()).TaskId, TaskState.Running);
        await StatusAsync(cluster, "ROLLED_FORWARD");
    }

    private static Task StatusAsync(TestCluster cluster, string status) => Eventually.IsTrueAsync(status, TimeSpan.FromSeconds(20),
        async () => (await cluster.UpdatesAsync(Some.Job().Key))[0].Status == status);
}
