using Aurora.Broker.Tests.Support;
using Aurora.Core.Errors;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.TestSupport;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

public sealed class JobLifeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task WhenAJobIsCreated_ItsTasksAreLaunchedAndTheirEndsAreRecorded()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        var job = Some.Job(instances: 2);

        var reply = await cluster.CreateAsync(job);

        Assert.Equal(ReplyCode.Ok, reply.Code);
        Assert.Equal("2 new tasks pending for job devcluster/www-data/devel/hello", reply.Message);
        var first = await worker.NextAsync<LaunchTask>();
        var second = await worker.NextAsync<LaunchTask>();
        Assert.Equal([0, 1], new[] { first.Instance, second.Instance }.Order());
        Assert.Equal("true", first.Task.Processes[0].Cmdline);

        await worker.ReportAsync(first.TaskId, TaskState.Starting);
        await worker.ReportAsync(first.TaskId, TaskState.Running);
        await worker.ReportAsync(first.TaskId, TaskState.Finished);
        Assert.Equal([first.TaskId], (await worker.NextAsync<EndsRecorded>()).Tasks);
        var tasks = await cluster.TasksAsync(job.Key);
        Assert.Equal([TaskState.Assigned, TaskState.Finished], tasks.Select(t => t.State));
        Assert.Equal([TaskState.Pending, TaskState.Assigned, TaskState.Starting, TaskState.Running, TaskState.Finished], tasks[1].Events.Select(e => e.State));
        Assert.Equal("w1.example.org", tasks[1].Host);
    }

    [Fact]
    public async Task WhenAJobIsKilled_ItsWorkerIsToldAndItEndsKilled()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        var job = Some.Job(service: true);
        await cluster.CreateAsync(job);
        var launch = await worker.NextAsync<LaunchTask>();
        await worker.ReportAsync(launch.TaskId, TaskState.Running);

        var reply = await cluster.KillAsync(job.Key);

        Assert.Equal("Tasks killed.", reply.Message);
        Assert.Equal(launch.TaskId, (await worker.NextAsync<KillTask>()).TaskId);
        await worker.ReportAsync(launch.TaskId, TaskState.Killed);
        await worker.NextAsync<EndsRecorded>();
        var task = Assert.Single(await cluster.TasksAsync(job.Key)); // A killed service is not started again.
        Assert.Equal(TaskState.Killed, task.State);
        Assert.Contains(task.Events, e => e is { State: TaskState.Killing, Message: "Killed by ann" });
    }

    [Fact]
    public async Task WhenACommandIsRepeated_ItAnswersTheSameAndDoesNothingAgain()
    {
        await using var cluster = await TestCluster.StartAsync();
        var id = Guid.NewGuid();
        var first = await cluster.CreateAsync(Some.Job(), id);
        var again = await cluster.CreateAsync(Some.Job(), id);

        Assert.Equal(ReplyCode.Ok, again.Code);
        Assert.Equal(first.Message, again.Message);
        Assert.Single(await cluster.TasksAsync(Some.Job().Key));
        await cluster.RestartBrokerAsync();
        Assert.Equal(first.Message, (await cluster.CreateAsync(Some.Job(), id)).Message);
        Assert.Equal(ErrorCodes.CommandReused, (await cluster.CreateAsync(Some.Job("other"), id)).ErrorCode);
        Assert.Equal(ErrorCodes.JobExists, (await cluster.CreateAsync(Some.Job())).ErrorCode);
    }

    [Fact]
    public async Task WhenAServiceEnds_ItIsStartedAgain()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        await cluster.CreateAsync(Some.Job(service: true));
        var launch = await worker.NextAsync<LaunchTask>();
        await worker.ReportAsync(launch.TaskId, TaskState.Running);
        await worker.ReportAsync(launch.TaskId, TaskState.Failed, "exit code 1");

        var next = await worker.NextAsync<LaunchTask>();

        Assert.NotEqual(launch.TaskId, next.TaskId);
        Assert.Equal(launch.Instance, next.Instance);
        var tasks = await cluster.TasksAsync(Some.Job().Key);
        Assert.Equal(launch.TaskId, tasks[0].Ancestor);
        Assert.Equal(1, tasks[0].FailureCount);
    }

    [Fact]
    public async Task WhenAJobDoesNotFit_ItSaysWhy_AndRunsWhenALargerWorkerJoins()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Some.Job(cpu: 4));
        Assert.Equal("no worker is registered", (await cluster.TasksAsync(Some.Job().Key))[0].PendingReason);

        await using var small = await cluster.AddWorkerAsync("small", cpu: 2);
        Assert.Equal("needs 4 cores; the only worker has 2 cores or less free; the largest worker has 2 cores in all",
            (await cluster.TasksAsync(Some.Job().Key))[0].PendingReason);

        await using var large = await cluster.AddWorkerAsync("large", cpu: 4);
        await large.NextAsync<LaunchTask>();
        Assert.DoesNotContain(small.Received(), m => m is LaunchTask);
    }

    [Fact]
    public async Task WhenAWorkerFallsSilent_ItsTasksAreLostAndRunElsewhere()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var first = await cluster.AddWorkerAsync("w1");
        await cluster.CreateAsync(Some.Job(service: true));
        var launch = await first.NextAsync<LaunchTask>();
        await first.ReportAsync(launch.TaskId, TaskState.Running);
        await using var second = await cluster.AddWorkerAsync("w2");

        for (var secs = 0; secs < 16; secs++)
        {
            cluster.Time.Advance(TimeSpan.FromSeconds(1)); // Not all at once: a broker that stood still would hear everybody anew.
            await second.HeartbeatAsync();
            await cluster.ClusterAsync();
        }

        var moved = await second.NextAsync<LaunchTask>();
        Assert.Equal(launch.TaskId, (await cluster.TasksAsync(Some.Job().Key))[0].Ancestor);
        var lost = (await cluster.TasksAsync(Some.Job().Key))[1];
        Assert.Equal(TaskState.Lost, lost.State);
        Assert.Equal("worker w1 was not heard of for 15 s", lost.Events[^1].Message);

        // The lost worker comes back and still runs it: the second copy is ended.
        await first.HelloAsync(FakeWorker.Report(launch.TaskId, TaskState.Running));
        Assert.Equal(launch.TaskId, (await first.NextAsync<KillTask>()).TaskId);
        Assert.NotEqual(launch.TaskId, moved.TaskId);
    }

    [Fact]
    public async Task WhenAnAssignedTaskIsNotAcknowledged_ItIsSentAgain()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        await cluster.CreateAsync(Some.Job());
        var launch = await worker.NextAsync<LaunchTask>();

        cluster.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(launch.TaskId, (await worker.NextAsync<LaunchTask>()).TaskId);
        await worker.ReportAsync(launch.TaskId, TaskState.Starting);
        await Eventually.IsTrueAsync("STARTING", Patience, async () => (await cluster.TasksAsync(Some.Job().Key))[0].State == TaskState.Starting);
        worker.Received();
        cluster.Time.Advance(TimeSpan.FromSeconds(10));
        await cluster.ClusterAsync();
        Assert.DoesNotContain(worker.Received(), m => m is LaunchTask);
    }
}
