using System.Text;
using Aurora.Client.Channels;
using Aurora.Client.Clusters;
using Aurora.Client.Files;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.TestSupport.Brokers;
using Xunit;

namespace Aurora.Client.Tests;

/// <summary>Files of a sandbox, chunk by chunk.</summary>
public sealed class TaskFileTests
{
    private static readonly TaskId Task = new("t-0");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AFile_IsReadInChunksUpToItsEndAtTheFirstLook()
    {
        var grown = Encoding.UTF8.GetBytes("0123456789and what was written meanwhile");
        var reads = 0;
        await using var broker = StubBroker.Start(r => r is ReadTaskFile read
            ? StubBroker.Ok(r, Chunk(read, grown[..(reads++ == 0 ? 10 : grown.Length)]))
            : StubBroker.Refuse(r, ErrorCodes.ProtocolError, "not in this test"));
        await using var client = await OpenAsync(broker);

        Assert.Equal("23456789", await ReadAsync(client, new TaskFileQuery(Task, "out/a") { Offset = 2, MaxBytes = 3 }));
        Assert.Equal([2, 5, 8], broker.Requests.Cast<ReadTaskFile>().Select(r => r.Offset));
        Assert.All(broker.Requests.Cast<ReadTaskFile>(), r => Assert.Equal((Task, "out/a", 3), (r.TaskId, r.Path, r.MaxBytes)));
    }

    [Fact]
    public async Task AFileThatBecomesShorter_EndsWhereItEnds()
    {
        var reads = 0;
        await using var broker = StubBroker.Start(r => StubBroker.Ok(r, Chunk((ReadTaskFile)r, new byte[reads++ == 0 ? 10 : 4])));
        await using var client = await OpenAsync(broker);

        Assert.Equal(5, (await ReadAsync(client, new TaskFileQuery(Task, "a") { MaxBytes = 5 })).Length);
        Assert.Equal(2, reads);
    }

    [Fact]
    public async Task AnEmptyFile_GivesNothing()
    {
        await using var broker = StubBroker.Start(r => StubBroker.Ok(r, Chunk((ReadTaskFile)r, [])));
        await using var client = await OpenAsync(broker);

        Assert.Equal("", await ReadAsync(client, new TaskFileQuery(Task, "a")));
        Assert.Single(broker.Requests);
    }

    [Fact]
    public async Task AFolder_IsListed_AndARefusalKeepsItsCode()
    {
        var list = new TaskFileList("out", [new SandboxEntry("a", "file", 3, DateTimeOffset.UnixEpoch)], false);
        await using var broker = StubBroker.Start(r => r is ListTaskFiles { Path: "out" }
            ? StubBroker.Ok(r, list)
            : StubBroker.Refuse(r, ErrorCodes.SandboxFileNotFound, "path is '..': must not contain the part '..'"));
        await using var client = await OpenAsync(broker);

        Assert.Equal(list.Entries, (await client.ListTaskFilesAsync(Task, "out", Cancel)).Entries);
        var e = await Assert.ThrowsAsync<AuroraException>(() => client.ListTaskFilesAsync(Task, "..", Cancel));
        Assert.Equal(ErrorCodes.SandboxFileNotFound, e.Code);
    }

    private static FileChunk Chunk(ReadTaskFile read, byte[] all)
    {
        var offset = (int)Math.Min(read.Offset, all.Length);
        return new FileChunk(read.Path, offset, all[offset..Math.Min(offset + read.MaxBytes, all.Length)], all.Length);
    }

    private static async Task<string> ReadAsync(AuroraClient client, TaskFileQuery query)
    {
        var text = new StringBuilder();
        await foreach (var bytes in client.ReadTaskFileBytesAsync(query, Cancel))
        {
            Assert.True(bytes.Length > 0);
            text.Append(Encoding.UTF8.GetString(bytes.Span));
        }

        return text.ToString();
    }

    private static Task<AuroraClient> OpenAsync(StubBroker broker) =>
        AuroraConnection.OpenAsync(new ClusterEntry("c", broker.Address, null, "test"), new AuroraClientOptions { Timeout = TimeSpan.FromSeconds(20) }, Cancel);
}
