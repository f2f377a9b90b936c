using System.Text;
using Aurora.Broker.Dispatch;
using Aurora.Broker.Sla;
using Aurora.Broker.State;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.TestSupport;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aurora.Broker.Tests.Maintenance;

/// <summary>How coordinators are asked, against a real server on the loopback.</summary>
public sealed class CoordinatorCallTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly JobConfiguration Job = Some.Job("hello", instances: 4) with { Tier = "preferred" };

    [Fact]
    public async Task WhatIsSent_IsWhatAuroraSends()
    {
        await using var coordinator = await FakeCoordinator.StartAsync();
        Assert.True(await AskAsync(coordinator.Url + "/sla?token=a%26b#part"));

        Assert.True(coordinator.Requests.TryDequeue(out var request));
        Assert.Equal(("POST", "/sla?token=a%26b&task=devcluster%2Fwww-data%2Fdevel%2Fhello%2F3", "devcluster/www-data/devel/hello/3", "application/json; charset=utf-8"),
            (request.Method, request.Path, request.Task, request.Type));
        var body = request.Body;
        Assert.Equal("devcluster/www-data/devel/hello/3", body.GetProperty("task").GetString());
        Assert.Equal("604755646", body.GetProperty("forceMaintenanceCountdownMs").GetString());
        var config = body.GetProperty("taskConfig");
        Assert.Equal(("RUNNING", 2), (config.GetProperty("status").GetString(), config.GetProperty("failureCount").GetInt32()));
        Assert.Equal("RUNNING", config.GetProperty("taskEvents")[0].GetProperty("status").GetString());
        var assigned = config.GetProperty("assignedTask");
        Assert.Equal(("t-1", "w1", "host-1", 3), (assigned.GetProperty("taskId").GetString(), assigned.GetProperty("slaveId").GetString(),
            assigned.GetProperty("slaveHost").GetString(), assigned.GetProperty("instanceId").GetInt32()));
        Assert.Equal(31000, assigned.GetProperty("assignedPorts").GetProperty("http").GetInt32());
        Assert.Equal("hello", assigned.GetProperty("task").GetProperty("job").GetProperty("name").GetString());
        Assert.Equal("true", assigned.GetProperty("task").GetProperty("task").GetProperty("processes")[0].GetProperty("cmdline").GetString());
    }

    [Theory]
    [InlineData(200, """{"drain":true}""", true)]
    [InlineData(200, """{"x":1,"drain":true}""", true)]
    [InlineData(200, """{"drain":false}""", false)]
    [InlineData(200, """{"drain":"true"}""", false)]
    [InlineData(200, """{"drain":1}""", false)]
    [InlineData(200, """{"other":true}""", false)]
    [InlineData(200, "true", false)]
    [InlineData(200, "[]", false)]
    [InlineData(200, "", false)]
    [InlineData(200, "{\"drain\":true", false)]
    [InlineData(201, """{"drain":true}""", false)]
    [InlineData(404, """{"drain":true}""", false)]
    [InlineData(500, """{"drain":true}""", false)]
    public async Task OnlyStatus200WithTheKeyTrue_LetsATaskGo(int status, string body, bool allowed)
    {
        await using var coordinator = await FakeCoordinator.StartAsync();
        coordinator.Answer = context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body);
        };
        Assert.Equal(allowed, await AskAsync(coordinator.Url));
    }

    [Fact]
    public async Task ThePolicySaysWhichKeyCounts()
    {
        await using var coordinator = await FakeCoordinator.StartAsync();
        coordinator.Answer = context => context.Response.WriteAsync("""{"drain":false,"may.go":true}""");
        Assert.True(await AskAsync(coordinator.Url, key: "may.go"));
        Assert.False(await AskAsync(coordinator.Url, key: "drain"));
    }

    [Fact]
    public async Task ARedirectIsNotFollowed()
    {
        await using var coordinator = await FakeCoordinator.StartAsync();
        coordinator.Answer = context =>
        {
            context.Response.Redirect("/elsewhere", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        };
        Assert.False(await AskAsync(coordinator.Url));
        Assert.Single(coordinator.Requests);
    }

    [Fact]
    public async Task AnEndlessAnswer_IsNotReadToItsEnd()
    {
        await using var coordinator = await FakeCoordinator.StartAsync();
        coordinator.Answer = async context =>
        {
            var chunk = Encoding.ASCII.GetBytes(new string(' ', 8192));
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        };
        Assert.False(await AskAsync(coordinator.Url));
    }

    [Fact]
    public async Task WhenNobodyListens_TheAnswerIsNo() => Assert.False(await AskAsync("http://127.0.0.1:1/"));

    [Fact]
    public async Task WhenTheAnswerTakesTooLong_ItIsNo()
    {
        await using var coordinator = await FakeCoordinator.StartAsync();
        var asked = new TaskCompletionSource();
        coordinator.Answer = context =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        var time = new FakeTimeProvider();
        var answer = AskAsync(coordinator.Url, time: time);
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(answer.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await answer);
    }

    [Fact]
    public async Task WhenTheBrokerStepsDown_NobodyWaitsForTheCoordinator()
    {
        await using var coordinator = await FakeCoordinator.StartAsync();
        var asked = new TaskCompletionSource();
        coordinator.Answer = context =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        var handed = 0;
        using var calls = new CoordinatorCalls((_, _) =>
        {
            Interlocked.Increment(ref handed);
            return ValueTask.CompletedTask;
        }, new SlaOptions(), TimeProvider.System, NullLogger.Instance);
        var call = calls.AskAsync(Question(coordinator.Url, "drain"));
        await asked.Task;
        await calls.StopAsync();
        await call;
        Assert.Equal(0, handed);
    }

    [Fact]
    public async Task ADrainWithACoordinator_FromEndToEnd()
    {
        await using var coordinator = await FakeCoordinator.StartAsync();
        var allows = false;
        coordinator.Answer = context => context.Response.WriteAsync(Volatile.Read(ref allows) ? """{"drain":true}""" : """{"drain":false}""");
        await using var cluster = await TestCluster.StartAsync(o => o with { DefaultQuota = new QuotaAmount(100, 1L << 40, 1L << 40) });
        await using var worker = await cluster.AddWorkerAsync();
        var job = DrainWorld.Service(instances: 3, policy: new SlaPolicyConfiguration { CoordinatorUrl = coordinator.Url, StatusKey = "drain" });
        var created = await cluster.CreateAsync(job);
        Assert.True(created.Code == ReplyCode.Ok, created.Message);
        for (var i = 0; i < 3; i++)
            await worker.ReportAsync((await worker.NextAsync<LaunchTask>()).TaskId, TaskState.Running);

        await cluster.SendAsync(new DrainWorkers(Guid.NewGuid(), "op", ["w1"], null, null, null));
        await Eventually.IsTrueAsync("each task was asked about", TimeSpan.FromSeconds(20), () => Task.FromResult(coordinator.Requests.Count == 3));
        Assert.All(await cluster.TasksAsync(job.Key), t => Assert.Equal(TaskState.Running, t.State));

        Volatile.Write(ref allows, true);
        await Eventually.IsTrueAsync("the worker is drained", TimeSpan.FromSeconds(20), async () =>
        {
            await worker.HeartbeatAsync();
            cluster.Time.Advance(TimeSpan.FromSeconds(5)); // Whose answer was still under way at one look is asked for at the next.
            foreach (var kill in worker.Received().OfType<KillTask>())
                await worker.ReportAsync(kill.TaskId, TaskState.Killed);
            return (await cluster.ClusterAsync()).Workers.Single().Mode == MaintenanceMode.Drained;
        });
        Assert.Equal(6, coordinator.Requests.Count);
        Assert.Equal(1, coordinator.MostAtOnce);
    }

    private static async Task<bool> AskAsync(string url, string? key = null, TimeProvider? time = null)
    {
        var answered = new TaskCompletionSource<CoordinatorAnswered>();
        using var calls = new CoordinatorCalls((answer, _) =>
        {
            answered.SetResult(answer);
            return ValueTask.CompletedTask;
        }, new SlaOptions(), time ?? TimeProvider.System, NullLogger.Instance);
        var question = Question(url, key);
        await calls.AskAsync(question);
        var answer = await answered.Task;
        Assert.Equal(question.Request, answer.Request);
        return answer.IsAllowed;
    }

    private static AskCoordinator Question(string url, string? key) => new(
        Guid.NewGuid(), new SlaPolicyConfiguration { CoordinatorUrl = url, StatusKey = key },
        new TaskRecord
        {
            Id = new TaskId("t-1"), Job = Job.Key, Instance = 3, State = TaskState.Running, ConfigurationId = "c", Worker = new WorkerId("w1"), FailureCount = 2,
            CreatedAt = At, ChangedAt = At, Events = [new TaskEvent(At, TaskState.Running, null, "b")], Ports = TaskRecord.NoPorts.Add("http", 31000),
        },
        Job, "host-1", TimeSpan.FromMilliseconds(604755646));
}
