using System.Globalization;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.TestSupport;
using Aurora.Worker.Agent;
using Aurora.Worker.Processes;
using Aurora.Worker.Sandbox;
using Aurora.Worker.Tasks;
using Xunit;

namespace Aurora.Worker.Tests.Agent;

/// <summary>Logs that are rotated while they are read: offsets go through all files.</summary>
public sealed class ReadingLogsThroughRotation : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _temporary = new("rotation");
    private readonly TaskFolder _folder;
    private readonly string _log;

    public ReadingLogsThroughRotation()
    {
        _folder = new TaskFolder(_temporary["task"]);
        _log = Path.Combine(Directory.CreateDirectory(_folder.RunLogs("p", 0)).FullName, "stdout");
    }

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void AnOffsetIsReadFromTheFileThatItLiesIn()
    {
        Write(("stdout.2", "ab"), ("stdout.1", "cdef"), ("stdout", "gh"), ("stdout.base", "106"));

        Assert.Equal((106, "gh", 108L), Read(106));
        Assert.Equal((107, "h", 108L), Read(107));
        Assert.Equal((103, "def", 108L), Read(103));
        Assert.Equal((101, "b", 108L), Read(101));
        Assert.Equal((100, "ab", 108L), Read(7));
        Assert.Equal((108, "", 108L), Read(500));
        Assert.Equal((107, "h", 108L), Read(-1));
        Assert.Equal((104, "ef", 108L), Read(-4));
        Assert.Equal((100, "ab", 108L), Read(-5000));
    }

    [Fact]
    public void WhileBackupsMoveUp_OneNumberIsMissing_AndTheOrderHolds()
    {
        Write(("stdout.3", "ab"), ("stdout.1", "cdef"), ("stdout", "gh"), ("stdout.base", "6"));
        Assert.Equal((0, "ab", 8L), Read(0));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("+5")]
    [InlineData("5 ")]
    [InlineData("0x5")]
    [InlineData("5\n6")]
    [InlineData("99999999999999999999")]
    [InlineData("five")]
    public void ABaseThatIsNoNumber_CountsAs0(string text)
    {
        Write(("stdout.1", "cdef"), ("stdout", "gh"), ("stdout.base", text));
        Assert.Equal((0, "gh", 2L), Read(0));
        Assert.Equal((0, "gh", 2L), Read(-100));
    }

    [Fact]
    public void AHugeBase_IsClamped() => Assert.Equal(long.MaxValue / 2, RotatedLog.ParseBase("9223372036854775807\n"u8));

    [Fact]
    public void ABaseThatIsALink_IsNotFollowed()
    {
        Write(("stdout.1", "cdef"), ("stdout", "gh"));
        File.WriteAllText(_temporary["number"], "4");
        File.CreateSymbolicLink($"{_log}.base", _temporary["number"]);
        Assert.Equal((0, "gh", 2L), Read(0));
    }

    [Fact]
    public void BetweenTwoFiles_NothingIsGivenAndTheOffsetStays()
    {
        Write(("stdout.1", "cdef"), ("stdout.base", "0"));
        Assert.Equal((2, "", 2L), Read(2));
        Assert.Equal((0, "cdef", 4L), Read(0, run: Ended(Plan(null)), baseText: "4"));
    }

    [Fact]
    public void AFollowerSkipsAndRepeatsNoByte_WhileRotationGoesOn()
    {
        const int Rotations = 300;
        var writer = new RotatingWriter(_log, size: 97, backups: Rotations + 1);
        var thread = new Thread(() => writer.Run(Rotations));
        Write(("stdout", ""));
        thread.Start();
        var next = 0L;
        while (next < RotatingWriter.LengthAfter(Rotations, 97))
        {
            var (offset, data, _) = ReadBytes(next, 64);
            Assert.Equal(next, offset);
            AssertStream(offset, data);
            next += data.Length;
        }

        thread.Join();
        Assert.Equal((next, 0), (ReadBytes(next, 64).Offset, ReadBytes(next, 64).Data.Length));
        AssertStream(0, ReadBytes(0, 64).Data);
    }

    [Fact]
    public void AFollowerThatFallsBehind_GoesForwardToTheOldestByte_AndNeverReadsAWrongOne()
    {
        const int Rotations = 3000;
        var writer = new RotatingWriter(_log, size: 97, backups: 2);
        var thread = new Thread(() => writer.Run(Rotations));
        Write(("stdout", ""));
        thread.Start();
        var (next, jumps, end) = (0L, 0, RotatingWriter.LengthAfter(Rotations, 97));
        while (next < end)
        {
            var (offset, data, _) = ReadBytes(next, 10);
            Assert.True(offset >= next, $"went back from {next} to {offset}");
            AssertStream(offset, data);
            jumps += offset > next ? 1 : 0;
            next = offset + data.Length;
            var tail = ReadBytes(-150, 64);
            AssertStream(tail.Offset, tail.Data);
        }

        thread.Join();
        Assert.Equal(end, next);
    }

    [Fact]
    public void WhatGoesToTheConsole_IsReadThere()
    {
        Directory.CreateDirectory(_folder.Console);
        File.WriteAllText(Path.Combine(_folder.Console, "stdout"), "on the console");
        Write(("stdout", "in the file"));
        Assert.Equal((0, "on the console", 14L), Read(0, run: Plan("console")));
        Assert.Equal((0, "in the file", 11L), Read(0, run: Plan("both")));
    }

    [Fact]
    public void WhatGoesNowhere_IsRefusedWithItsReason()
    {
        var read = LogReader.Read(new ReadLog(new TaskId("t"), "p", 0, "stdout", 0, 10), _folder, Plan("none"));
        Assert.Equal("AUR2006 process is 'p': has no log, because the destination of its logger is 'none'", $"{read.Fault?.Code} {read.Fault}");
    }

    private static void AssertStream(long offset, byte[] data)
    {
        for (var i = 0; i < data.Length; i++)
        {
            Assert.True(data[i] == RotatingWriter.At(offset + i), $"byte {offset + i} is another one");
        }
    }

    private static TaskPlan Plan(string? destination) => TaskPlan.Begin(
            new TaskConfiguration
            {
                Name = "t",
                Processes = [new ProcessConfiguration { Name = "p", Cmdline = "x", Logger = destination is null ? null : new LoggerConfiguration { Destination = destination } }],
                Resources = new ResourceGrant { Cpu = 1, Ram = 1, Disk = 1 },
            },
            Now)
        .Apply(new PlanEvent.SandboxMade(Now))!.Apply(new PlanEvent.RunForked(Now, "p", 0))!.Apply(new PlanEvent.RunStarted(Now, "p", 0, new ProcessIdentity("boot", 7, 1)))!;

    private static TaskPlan Ended(TaskPlan plan) => plan.Apply(new PlanEvent.RunEnded(Now, "p", 0, 0, null))!;

    private (long Offset, string Text, long Length) Read(long offset, TaskPlan? run = null, string? baseText = null)
    {
        if (baseText is not null)
        {
            Write(("stdout.base", baseText));
        }

        var (at, data, length) = ReadBytes(offset, 100, run);
        return (at, System.Text.Encoding.UTF8.GetString(data), length);
    }

    private (long Offset, byte[] Data, long Length) ReadBytes(long offset, int maxBytes, TaskPlan? run = null)
    {
        var read = LogReader.Read(new ReadLog(new TaskId("t"), "p", 0, "stdout", offset, maxBytes), _folder, run ?? _running);
        Assert.Null(read.Fault);
        return (read.Chunk!.Offset, read.Chunk.Data, read.Chunk.Length);
    }

    private readonly TaskPlan _running = Plan(null);

    private void Write(params (string Name, string Text)[] files) =>
        Array.ForEach(files, f => File.WriteAllText(Path.Combine(Path.GetDirectoryName(_log)!, f.Name), f.Text));

    /// <summary>Writes a stream whose every byte tells its place, and rotates as the shim does.</summary>
    private sealed class RotatingWriter(string path, int size, int backups)
    {
        private long _written;

        public static byte At(long offset) => (byte)(((offset * 31) + (offset >> 8)) % 251);

        public static long LengthAfter(int rotations, int size) => ((long)rotations * size) + 10;

        public void Run(int rotations)
        {
            for (var i = 0; i < rotations; i++)
            {
                Append(40);
                Append(size - 40);
                Rotate(i);
            }

            Append(10);
        }

        private void Append(int count)
        {
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            file.Write([.. Enumerable.Range(0, count).Select(i => At(_written + i))]);
            _written += count;
        }

        private void Rotate(int done)
        {
            for (var n = Math.Min(done, backups - 1); n >= 1; n--)
            {
                File.Move($"{path}.{n}", $"{path}.{n + 1}", overwrite: true);
            }

            File.Move(path, $"{path}.1", overwrite: true);
            File.WriteAllText($"{path}.base.tmp", _written.ToString(CultureInfo.InvariantCulture));
            File.Move($"{path}.base.tmp", $"{path}.base", overwrite: true);
            File.WriteAllBytes(path, []);
        }
    }
}
