using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;
using static Aurora.Worker.Tests.Agent.WorkerBench;

namespace Aurora.Worker.Tests.Agent;

/// <summary>What a worker answers to who asks for a file of a task's sandbox; each way out of it has its own test at the reader.</summary>
public sealed class ReadingSandboxesOfTasks
{
    [Fact]
    public async Task AFileIsListedAndReadByOffset_AndALinkOutOfTheSandboxIsRefused()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "mkdir out; printf 'a\\0b\\377c' > out/data; ln -s /etc/passwd out/link")));
        await bench.WaitAsync("t1", TaskState.Finished);

        var listed = await bench.AskAsync<SandboxListed>(new ListSandbox(bench.TaskId("t1"), "out"));
        Assert.Equal([("data", "file"), ("link", "link")], listed.Entries!.Select(e => (e.Name, e.Kind)));
        var read = await bench.AskAsync<SandboxFileRead>(new ReadSandboxFile(bench.TaskId("t1"), "out/data", 2, 100));
        Assert.Equal((5L, 2L), (read.Chunk!.Length, read.Chunk.Offset));
        Assert.Equal([(byte)'b', 255, (byte)'c'], read.Chunk.Data);
        Assert.Equal("AUR2010", (await bench.AskAsync<SandboxFileRead>(new ReadSandboxFile(bench.TaskId("t1"), "out/link", 0, 100))).Fault?.Code);
        Assert.Equal("AUR2010", (await bench.AskAsync<SandboxFileRead>(new ReadSandboxFile(bench.TaskId("t1"), "../task.json", 0, 100))).Fault?.Code);
    }
}
