using System.Text;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

/// <summary>Files of sandboxes are asked of the worker that has them, and its answer is the client's.</summary>
public sealed class TaskFileTests
{
    private static readonly SandboxEntry Entry = new("result.bin", "file", 5, DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task AFileAndAFolder_AreReadFromTheWorkerThatHoldsThem()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        worker.ReadSandbox = asked => asked switch
        {
            ReadSandboxFile { Path: "out/result.bin", Offset: -5, MaxBytes: 10 } => new SandboxFileRead(new FileChunk("out/result.bin", 0, Encoding.UTF8.GetBytes("hello"), 5), null),
            ListSandbox { Path: "out" } => new SandboxListed([Entry], true, null),
            _ => null,
        };
        var task = await PlacedAsync(cluster, worker);

        var chunk = await cluster.ReadAsync<FileChunk>(new ReadTaskFile(Guid.NewGuid(), "ann", task, "out/result.bin", -5, 10));
        var list = await cluster.ReadAsync<TaskFileList>(new ListTaskFiles(Guid.NewGuid(), "ann", task, "out"));

        Assert.Equal(("hello", 5L), (Encoding.UTF8.GetString(chunk.Data), chunk.Length));
        Assert.Equal(("out", true), (list.Path, list.Truncated));
        Assert.Equal([Entry], list.Entries);
    }

    [Fact]
    public async Task WhatTheWorkerRefuses_IsRefusedWithItsFault()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        var fault = new Fault(ErrorCodes.SandboxFileNotFound, "path", "x", "does not exist");
        worker.ReadSandbox = asked => asked is ReadSandboxFile ? new SandboxFileRead(null, fault) : new SandboxListed(null, false, fault);
        var task = await PlacedAsync(cluster, worker);

        var replies = new[]
        {
            await cluster.SendAsync(new ReadTaskFile(Guid.NewGuid(), "ann", task, "x", 0, 10)),
            await cluster.SendAsync(new ListTaskFiles(Guid.NewGuid(), "ann", task, "x")),
        };

        Assert.All(replies, r => Assert.Equal((ErrorCodes.SandboxFileNotFound, fault), (r.ErrorCode, Assert.Single(r.Faults))));
    }

    [Fact]
    public async Task AnAnswerOfAnotherKind_CannotBeRead()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        worker.ReadSandbox = _ => new SandboxListed([Entry], false, null);
        var task = await PlacedAsync(cluster, worker);

        Assert.Equal(ErrorCodes.ProtocolError, (await cluster.SendAsync(new ReadTaskFile(Guid.NewGuid(), "ann", task, "x", 0, 10))).ErrorCode);
    }

    [Fact]
    public async Task AWorkerThatDoesNotAnswer_IsNamed()
    {
        await using var cluster = await TestCluster.StartAsync(o => o with { LogReadTimeout = TimeSpan.FromMilliseconds(200) });
        await using var worker = await cluster.AddWorkerAsync();
        var task = await PlacedAsync(cluster, worker);

        var reply = await cluster.SendAsync(new ListTaskFiles(Guid.NewGuid(), "ann", task, ""));

        Assert.Equal((ErrorCodes.WorkerUnreachable, ReplyCode.ErrorTransient), (reply.ErrorCode, reply.Code));
        Assert.Equal($"worker w1, which holds the sandbox of task {task}, did not answer within 0.2 s", reply.Message);
    }

    [Fact]
    public async Task AnUnknownTask_AndOneThatWasNeverPlaced_HaveNoFiles()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Some.Job());
        var pending = Assert.Single(await cluster.TasksAsync(Some.Job().Key)).TaskId;

        Assert.Equal(ErrorCodes.TaskNotFound, (await cluster.SendAsync(new ListTaskFiles(Guid.NewGuid(), "ann", new TaskId("nobody"), ""))).ErrorCode);
        var reply = await cluster.SendAsync(new ReadTaskFile(Guid.NewGuid(), "ann", pending, "x", 0, 10));
        Assert.Equal((ErrorCodes.SandboxFileNotFound, $"task {pending} was never placed on a worker, so it has no sandbox"), (reply.ErrorCode, reply.Message));
    }

    [Theory]
    [InlineData("", 10, "path")]
    [InlineData("x", 0, "max_bytes")]
    [InlineData("x", (1 << 20) + 1, "max_bytes")]
    public async Task AReadOutOfItsRule_IsRefusedAtTheDoor(string path, int maxBytes, string field)
    {
        await using var cluster = await TestCluster.StartAsync();
        var reply = await cluster.SendAsync(new ReadTaskFile(Guid.NewGuid(), "ann", new TaskId("t"), path, 0, maxBytes));
        Assert.Equal((ErrorCodes.InvalidArgument, field), (reply.ErrorCode, Assert.Single(reply.Faults).Field));
        Assert.Equal("path", Assert.Single((await cluster.SendAsync(new ListTaskFiles(Guid.NewGuid(), "ann", new TaskId("t"), new string('x', 4097)))).Faults).Field);
    }

    private static async Task<TaskId> PlacedAsync(TestCluster cluster, FakeWorker worker)
    {
        await cluster.CreateAsync(Some.Job());
        return (await worker.NextAsync<LaunchTask>()).TaskId;
    }
}
