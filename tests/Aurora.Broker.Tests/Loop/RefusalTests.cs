using Aurora.Broker.Tests.Support;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

public sealed class RefusalTests
{
    [Fact]
    public async Task WhatIsWrongIsRefusedWithItsCode()
    {
        await using var cluster = await TestCluster.StartAsync();
        Assert.Equal(ErrorCodes.JobNotFound, (await cluster.KillAsync(Some.Job().Key)).ErrorCode);
        Assert.Equal(ErrorCodes.WrongCluster, (await cluster.CreateAsync(Some.Job() with { Cluster = "elsewhere" })).ErrorCode);
        Assert.Equal(ErrorCodes.InvalidIdentifier, (await cluster.CreateAsync(Some.Job() with { Environment = "production" })).ErrorCode);
        Assert.Equal(ErrorCodes.NotSupportedYet, (await cluster.CreateAsync(Some.Job() with { CronSchedule = "* * * * *" })).ErrorCode);
        Assert.Equal("task.resources.cpu", Assert.Single((await cluster.CreateAsync(Some.Job(cpu: -1))).Faults).Field);
        Assert.Equal(ErrorCodes.InvalidArgument, (await cluster.SendAsync(new GetJobs(Guid.NewGuid(), "ann", null, null, null, null, 1001))).ErrorCode);
        Assert.Equal(ErrorCodes.RequiredField, (await cluster.SendAsync(new KillTasks(Guid.NewGuid(), "ann", null!, null, null))).ErrorCode);
        Assert.Empty((await cluster.ReadAsync<JobPage>(new GetJobs(Guid.NewGuid(), "ann", null, null, null, null, 10))).Jobs);
    }

    [Fact]
    public async Task APendingTaskThatIsKilledLeavesNothingBehind()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Some.Job(instances: 2));
        await cluster.KillAsync(Some.Job().Key, 1);
        Assert.Equal(0, Assert.Single(await cluster.TasksAsync(Some.Job().Key)).Instance);
        await cluster.KillAsync(Some.Job().Key);
        Assert.Empty((await cluster.ReadAsync<JobPage>(new GetJobs(Guid.NewGuid(), "ann", null, null, null, null, 10))).Jobs);
        Assert.Empty((await cluster.Store.LoadAsync(default)).Configurations);
        Assert.Equal(ReplyCode.Ok, (await cluster.CreateAsync(Some.Job())).Code);
    }

    [Fact]
    public async Task ListsArePaged()
    {
        await using var cluster = await TestCluster.StartAsync();
        for (var i = 0; i < 5; i++)
            await cluster.CreateAsync(Some.Job($"job{i}", instances: 3));

        var names = new List<string>();
        for (string? after = null; ;)
        {
            var page = await cluster.ReadAsync<JobPage>(new GetJobs(Guid.NewGuid(), "ann", null, null, null, after, 2));
            names.AddRange(page.Jobs.Select(j => j.Key.Name));
            if ((after = page.Next) is null)
                break;
        }

        Assert.Equal(["job0", "job1", "job2", "job3", "job4"], names);
        var tasks = new List<TaskId>();
        for (string? after = null; ;)
        {
            var page = await cluster.ReadAsync<TaskPage>(new GetTasks(Guid.NewGuid(), "ann", null, null, "job*", null, null, true, after, 4));
            tasks.AddRange(page.Tasks.Select(t => t.TaskId));
            if ((after = page.Next) is null)
                break;
        }

        Assert.Equal(15, tasks.Distinct().Count());
        Assert.Equal(15, tasks.Count);
    }
}
