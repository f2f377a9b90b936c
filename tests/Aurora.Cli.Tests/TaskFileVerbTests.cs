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

/// <summary><c>aurora task ls</c> and <c>cat</c> against a stand-in broker.</summary>
public sealed class TaskFileVerbTests : IAsyncDisposable
{
    private const string Key = "stub/www-data/devel/hello";
    private static readonly byte[] Bytes = [0, 0xff, 10, 0xc3];
    private readonly TemporaryFolder folder = new("cli");
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();
    private readonly MemoryStream raw = new();
    private readonly StubBroker broker = StubBroker.Start(Answer);
    private readonly CliContext context;

    public TaskFileVerbTests()
    {
        File.WriteAllText(folder["clusters.json"], $$"""[{"name": "stub", "address": "{{broker.Address}}"}]""");
        context = new CliContext
        {
            Out = output,
            OpenOut = () => raw,
            Error = error,
            Clusters = new ClusterRegistry([folder["clusters.json"]]),
            ClientOptions = new AuroraClientOptions { Timeout = TimeSpan.FromSeconds(20) },
        };
    }

    public async ValueTask DisposeAsync()
    {
        await broker.DisposeAsync();
        await raw.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task TaskLs_ShowsSizeTimeAndName_AndNoControlCharacters()
    {
        Assert.Equal(0, await RunAsync("task", "ls", Key));
        Assert.Equal("""
               -  1970-01-01 00:00:00  out/
               -  1970-01-01 00:00:00  current@
            1234  1970-01-01 00:00:00  a?[31mb

            """, output.ToString(), ignoreLineEndingDifferences: true);
        Assert.Equal("There is more than these 3 entries; what follows by name is left out.", error.ToString().Trim());
        Assert.Equal("www-data-devel-hello-0-x", Assert.Single(broker.Requests.OfType<ListTaskFiles>()).TaskId.Value);
    }

    [Fact]
    public async Task TaskLs_TakesAnInstanceAFolderAndAnAttempt_AndPrintsJson()
    {
        Assert.Equal(0, await RunAsync("task", "ls", Key + "/0", "out", "--task", "t-7", "--write-json"));
        Assert.Contains("\"name\": \"out\"", output.ToString(), StringComparison.Ordinal);
        var request = Assert.IsType<ListTaskFiles>(Assert.Single(broker.Requests)); // Nobody is asked which attempt.
        Assert.Equal(("t-7", "out"), (request.TaskId.Value, request.Path));
    }

    [Fact]
    public async Task TaskCat_WritesTheBytesAsTheyAre()
    {
        Assert.Equal(0, await RunAsync("task", "cat", Key, "out/a"));
        Assert.Equal(Bytes, raw.ToArray());
        Assert.Empty(output.ToString());
    }

    [Theory]
    [InlineData(6, "AUR2010: path is 'nothing': does not exist", "task", "cat", Key, "nothing")]
    [InlineData(6, "must name exactly one instance", "task", "ls", Key + "/0-1")]
    [InlineData(6, "--task is 'a/b': is not a task id", "task", "cat", Key, "x", "--task", "a/b")]
    public async Task WhatCannotBeRead_IsNamed(int code, string text, params string[] words)
    {
        Assert.Equal(code, await RunAsync(words));
        Assert.Contains(text, error.ToString(), StringComparison.Ordinal);
        Assert.Empty(raw.ToArray());
    }

    private Task<int> RunAsync(params string[] words) => CommandLine.RunAsync(context, words, TestContext.Current.CancellationToken);

    private static Reply Answer(ICommand request) => request switch
    {
        GetTasks => StubBroker.Ok(request, new TaskPage([Started()], null)),
        ListTaskFiles list => StubBroker.Ok(request, new TaskFileList(list.Path, [Entry("out", "folder"), Entry("current", "link"), Entry("a\u001b[31mb", "file")], true)),
        ReadTaskFile { Path: "out/a" } => StubBroker.Ok(request, new FileChunk("out/a", 0, Bytes, Bytes.Length)),
        _ => StubBroker.Refuse(request, ErrorCodes.SandboxFileNotFound, "path is 'nothing': does not exist"),
    };

    private static SandboxEntry Entry(string name, string kind) => new(name, kind, 1234, DateTimeOffset.UnixEpoch);

    private static TaskSummary Started() => new()
    {
        TaskId = new TaskId("www-data-devel-hello-0-x"), Job = JobKey.Parse(Key), Instance = 0, State = TaskState.Running, Host = "host-1",
        Resources = new ResourceGrant { Cpu = 1, Ram = 1 << 20, Disk = 8 << 20 },
        Events = [],
        Processes = [new ProcessReport { Name = "hello", Run = 0, State = ProcessState.Running }],
    };
}
