using Aurora.Core.Configuration;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;
using static Aurora.Worker.Tests.Agent.WorkerBench;

namespace Aurora.Worker.Tests.Agent;

/// <summary>Where the output of real tasks goes, and how it is read back (aurora-spec section 2.4).</summary>
public sealed class LoggersOfTasks
{
    // Two kilobytes in lines of 16 bytes, then what is left for the file that is being written.
    private const string Writer = "for i in $(seq 1000 1499); do echo line-number-$i; done; echo to-stderr >&2";

    [Fact]
    public async Task ARotatedLogKeepsItsBackupsAndIsReadThroughAllOfThem()
    {
        await using var bench = await StartAsync();
        await EndAsync(bench, new LoggerConfiguration { Mode = "rotate", Rotate = new RotatePolicyConfiguration { LogSize = 1024, Backups = 3 } });
        var folder = bench.TaskPath("t1", "logs", "p", "0");

        Assert.True(File.Exists(Path.Combine(folder, "stdout.1")) && File.Exists(Path.Combine(folder, "stdout.3")));
        Assert.False(File.Exists(Path.Combine(folder, "stdout.4")));
        var read = await bench.AskAsync<LogRead>(new ReadLog(bench.TaskId("t1"), "p", 0, "stdout", 0, 100_000));
        Assert.NotNull(read.Chunk);
        Assert.Equal(All.Length, read.Chunk.Length);
        var text = System.Text.Encoding.UTF8.GetString(read.Chunk.Data);
        Assert.Equal(All[(int)read.Chunk.Offset..][..text.Length], text);
        Assert.Equal("line-number-1499\n", await TailAsync(bench, 17));
        Assert.Equal("to-stderr\n", await bench.LogAsync("t1", "stderr"));
    }

    [Theory]
    [InlineData("file", true, false)]
    [InlineData("console", false, true)]
    [InlineData("both", true, true)]
    public async Task ADestinationIsWhereTheOutputIs_AndIsReadFromThere(string destination, bool inFile, bool inConsole)
    {
        await using var bench = await StartAsync();
        await EndAsync(bench, new LoggerConfiguration { Destination = destination });

        Assert.Equal(All, await bench.LogAsync("t1", "stdout"));
        Assert.Equal("to-stderr\n", await bench.LogAsync("t1", "stderr"));
        Assert.Equal(inFile, Holds(bench.TaskPath("t1", "logs", "p", "0", "stdout"), All));
        Assert.Equal(inConsole, Directory.EnumerateFiles(bench.TaskPath("t1"), "stdout", SearchOption.AllDirectories).Any(f => !f.Contains("/logs/p/", StringComparison.Ordinal) && Holds(f, All)));
    }

    [Fact]
    public async Task WithoutADestinationNothingIsKept_AndTheReaderSaysWhy()
    {
        await using var bench = await StartAsync();
        await EndAsync(bench, new LoggerConfiguration { Destination = "none" });

        Assert.Equal("AUR2006 process is 'p': has no log, because the destination of its logger is 'none'", (await bench.LogAsync("t1", "stdout")).TrimEnd('.'));
        Assert.DoesNotContain(Directory.EnumerateFiles(bench.TaskPath("t1"), "std*", SearchOption.AllDirectories), f => new FileInfo(f).Length > 0);
    }

    [Fact]
    public async Task TheWorkersDefaultHoldsForProcessesThatSayNothing()
    {
        await using var bench = await StartAsync(settings: options => options with { Logger = new LoggerConfiguration { Destination = "none" } });
        await EndAsync(bench, null);

        Assert.StartsWith("AUR2006", await bench.LogAsync("t1", "stdout"), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(bench.TaskPath("t1"), "std*", SearchOption.AllDirectories), f => new FileInfo(f).Length > 0);
    }

    private static string All { get; } = string.Concat(Enumerable.Range(1000, 500).Select(i => $"line-number-{i}\n"));

    private static async Task<string> TailAsync(WorkerBench bench, int bytes)
    {
        var read = await bench.AskAsync<LogRead>(new ReadLog(bench.TaskId("t1"), "p", 0, "stdout", -bytes, bytes));
        return System.Text.Encoding.UTF8.GetString(read.Chunk!.Data);
    }

    private static bool Holds(string file, string text) => File.Exists(file) && File.ReadAllText(file) == text;

    private static async Task EndAsync(WorkerBench bench, LoggerConfiguration? logger)
    {
        await bench.SendAsync(bench.Task("t1", Process("p", Writer) with { Logger = logger }));
        await bench.WaitAsync("t1", TaskState.Finished);
    }
}
