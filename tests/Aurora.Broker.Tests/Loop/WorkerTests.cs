using System.Text;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

public sealed class WorkerTests
{
    [Fact]
    public async Task WhenAWorkerComesBackWithoutARunningTask_TheTaskIsLostAndStartedAgain()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        await cluster.CreateAsync(Some.Job(service: true));
        var launch = await worker.NextAsync<LaunchTask>();
        await worker.ReportAsync(launch.TaskId, TaskState.Running);

        await worker.HelloAgainAsync();

        Assert.NotEqual(launch.TaskId, (await worker.NextAsync<LaunchTask>()).TaskId);
        var lost = (await cluster.TasksAsync(Some.Job().Key))[1];
        Assert.Equal((TaskState.Lost, "the worker does not have it"), (lost.State, lost.Events[^1].Message));
    }

    [Fact]
    public async Task WhenAWorkerComesBackWithWhatEndedMeanwhile_ItIsRecordedOnce()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        await cluster.CreateAsync(Some.Job());
        var launch = await worker.NextAsync<LaunchTask>();

        await worker.HelloAgainAsync(FakeWorker.Report(launch.TaskId, TaskState.Finished));
        Assert.Equal([launch.TaskId], (await worker.NextAsync<EndsRecorded>()).Tasks);
        await worker.ReportAsync(launch.TaskId, TaskState.Failed, "a late lie");
        Assert.Equal([launch.TaskId], (await worker.NextAsync<EndsRecorded>()).Tasks);

        Assert.Equal(TaskState.Finished, Assert.Single(await cluster.TasksAsync(Some.Job().Key)).State);
    }

    [Fact]
    public async Task WhenAWorkerRunsWhatTheBrokerDoesNotKnow_ItIsEnded()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        await worker.ReportAsync(new TaskId("nobody-knows-me"), TaskState.Running);
        Assert.Equal("nobody-knows-me", (await worker.NextAsync<KillTask>()).TaskId.Value);
        await worker.ReportAsync(new TaskId("nobody-knows-me"), TaskState.Killed);
        Assert.Equal("nobody-knows-me", (await worker.NextAsync<EndsRecorded>()).Tasks[0].Value);
    }

    [Fact]
    public async Task WhenAnUnknownWorkerIsHeard_ItIsAskedForAHello()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await FakeWorker.StartAsync(cluster.Bus, "stranger");
        await worker.HeartbeatAsync();
        await worker.NextAsync<SendHello>();
    }

    [Fact]
    public async Task WhenNoWorkerKnowsTheRole_TheJobIsRefused_AndWorkersAreNotAskedAgain()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        worker.CheckRole = role => new Fault(ErrorCodes.RoleUnknown, "role", role, "is no user on this machine");

        var reply = await cluster.CreateAsync(Some.Job(role: "nobody-at-all"));
        Assert.Equal((ReplyCode.InvalidRequest, ErrorCodes.RoleUnknown), (reply.Code, reply.ErrorCode));
        Assert.Equal(ErrorCodes.RoleUnknown, (await cluster.CreateAsync(Some.Job(role: "nobody-at-all"))).ErrorCode);
        Assert.Equal(1, worker.RoleChecks);
        Assert.Empty(await cluster.TasksAsync(Some.Job(role: "nobody-at-all").Key));

        await using var other = await cluster.AddWorkerAsync("w2");
        Assert.Equal(ReplyCode.Ok, (await cluster.CreateAsync(Some.Job(role: "nobody-at-all"))).Code); // One worker that can is enough.
    }

    [Fact]
    public async Task ALogIsReadFromTheWorkerThatHoldsIt()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        worker.ReadLog = read => new LogRead(new LogChunk("run", 0, read.Stream, 0, Encoding.UTF8.GetBytes("hello"), 5, true), null);
        await cluster.CreateAsync(Some.Job());
        var task = (await worker.NextAsync<LaunchTask>()).TaskId;

        var chunk = await cluster.ReadAsync<LogChunk>(new ReadTaskLog(Guid.NewGuid(), "ann", task, null, null, "stdout", 0, 1000));
        Assert.Equal("hello", Encoding.UTF8.GetString(chunk.Data));

        var unknown = await cluster.SendAsync(new ReadTaskLog(Guid.NewGuid(), "ann", new TaskId("nobody"), null, null, "stdout", 0, 1000));
        Assert.Equal(ErrorCodes.TaskNotFound, unknown.ErrorCode);
    }
}
