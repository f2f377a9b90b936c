using System.Diagnostics;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Worker.Sandbox;
using Xunit;

namespace Aurora.Worker.Tests.Sandbox;

/// <summary>What of a sandbox is given to others, and every way out of it that a job can build.</summary>
public sealed class ReadingSandboxes : IDisposable
{
    private const string Secret = "nobody may read this";
    private static readonly TaskId Task = new("t1");
    private readonly HostileSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData("../task.json", "must not contain the part '..'")]
    [InlineData("a/../../task.json", "must not contain the part '..'")]
    [InlineData("/etc/passwd", "must be relative to the sandbox, not begin with '/'")]
    [InlineData("./a", "must not contain the part '.'")]
    [InlineData("", "must not be empty or contain an empty part ('//', or '/' at its end)")]
    [InlineData("a//b", "must not be empty or contain an empty part ('//', or '/' at its end)")]
    [InlineData("a/", "must not be empty or contain an empty part ('//', or '/' at its end)")]
    [InlineData("a\0b", "must not contain NUL")]
    [InlineData("nothing", "does not exist")]
    [InlineData("no/thing", "cannot be reached: 'no' does not exist")]
    public void APathThatBreaksTheRule_IsRefusedByIt(string path, string rule) => AssertRefused(path, rule);

    [Fact]
    public void APathTooDeepOrTooLong_IsRefused()
    {
        AssertRefused(string.Join('/', Enumerable.Repeat("a", 65)), "must have at most 64 parts");
        AssertRefused(string.Join('/', Enumerable.Repeat("a", 64)), "cannot be reached: 'a' does not exist");
        AssertRefused(new string('a', 4097), "must have at most 4096 bytes");
        AssertRefused(new string('a', 256), "has a part that is longer than a file's name can be");
    }

    [Theory]
    [InlineData("ln -s ../../outside x", "x", "is a symbolic link; links are not followed")]
    [InlineData("ln -s /etc/passwd x", "x", "is a symbolic link; links are not followed")]
    [InlineData("ln -s own x; echo > own", "x", "is a symbolic link; links are not followed")]
    [InlineData("ln -s ../.. x", "x/outside", "cannot be reached: 'x' is a symbolic link; links are not followed")]
    [InlineData("mkdir a; ln -s ../../.. a/x", "a/x/outside", "cannot be reached: 'x' is a symbolic link; links are not followed")]
    [InlineData("ln ../../outside x", "x", "has 2 names (hard links); only a file with one name is read")]
    [InlineData("mkfifo x", "x", "is a named pipe; only regular files are read")]
    [InlineData("mkdir x", "x", "is a folder; only regular files are read")]
    [InlineData("echo > x", "x/y", "cannot be reached: 'x' is a file, not a folder")]
    public void WhatAJobPutsInPlaceOfAFile_IsRefused(string trick, string path, string rule)
    {
        Secrete();
        _sandbox.Run(trick);
        AssertRefused(path, rule);
    }

    [Fact]
    public void AHardLinkToRootsOwnFile_IsRefused_AlsoWhenItsOtherNameIsGone()
    {
        RequireRoot();
        Secrete();
        _sandbox.Run("ln ../../outside x; chmod 600 x", giveToRole: false);
        AssertRefused("x", "has 2 names (hard links); only a file with one name is read");
        File.Delete(_sandbox.Outside);
        AssertRefused("x", "belongs to another user than the folder that it is in");
    }

    [Fact]
    public void AFolderOfAnotherUser_IsNotEntered()
    {
        RequireRoot();
        _sandbox.Run("mkdir x; echo > x/y", giveToRole: false);
        AssertRefused("x/y", "cannot be reached: 'x' belongs to another user than the folder that it is in");
        Assert.Equal("cannot be reached: 'x' belongs to another user than the folder that it is in", List("x").Fault?.Rule);
    }

    [Fact]
    public void ADevice_IsRefused()
    {
        RequireRoot();
        _sandbox.Run("mknod x c 1 5; mknod y b 7 0");
        AssertRefused("x", "is a device; only regular files are read");
        AssertRefused("y", "is a device; only regular files are read");
    }

    [Fact]
    public void ASocket_IsRefused()
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_sandbox["x"]));
        AssertRefused("x", "is a socket; only regular files are read");
    }

    [Fact]
    public void WhatIsMountedInASandbox_IsRefused()
    {
        RequireRoot();
        Assert.SkipUnless(TryMount(), "Mounting is not permitted here.");
        try
        {
            AssertRefused("x/outside", "cannot be reached: 'x' lies on another file system, which is mounted there");
        }
        finally
        {
            _sandbox.Run("umount x", giveToRole: false);
        }
    }

    [Fact]
    public void WhileAFolderIsSwappedForALink_NothingFromOutsideIsRead()
    {
        Directory.CreateDirectory(_sandbox.Outside);
        File.WriteAllText(Path.Combine(_sandbox.Outside, "f"), Secret);
        _sandbox.Run("mkdir good; echo mine > good/f");
        using var stop = new CancellationTokenSource();
        var swaps = 0;
        var swapper = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Directory.Move(_sandbox["good"], _sandbox["away"]);
                File.CreateSymbolicLink(_sandbox["good"], "../../outside");
                File.Delete(_sandbox["good"]);
                Directory.Move(_sandbox["away"], _sandbox["good"]);
                Interlocked.Increment(ref swaps);
            }
        });
        swapper.Start();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(1.5) || seen.Count < 3;)
        {
            var read = Read("good/f");
            var what = read.Chunk is { } chunk ? System.Text.Encoding.UTF8.GetString(chunk.Data) : read.Fault!.Rule;
            seen[what] = seen.GetValueOrDefault(what) + 1;
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"after {swaps} swaps only: {string.Join(", ", seen)}");
        }

        stop.Cancel();
        swapper.Join();
        Assert.Equal(
            ["cannot be reached: 'good' does not exist", "cannot be reached: 'good' is a symbolic link; links are not followed", "mine\n"],
            seen.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void BytesComeAsTheyAre_FromAnyOffset_InBoundedChunks()
    {
        var bytes = new byte[(1 << 20) + 1000];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(_sandbox["b"], bytes);
        _sandbox.Run("true");

        var first = Read("b", 0, int.MaxValue).Chunk!;
        Assert.Equal((0, bytes.Length), (first.Offset, first.Length));
        Assert.Equal(bytes[..(1 << 20)], first.Data);
        Assert.Equal(bytes[(1 << 20)..], Read("b", first.Data.Length).Chunk!.Data);
        var tail = Read("b", -7).Chunk!;
        Assert.Equal(bytes.Length - 7, tail.Offset);
        Assert.Equal(bytes[^7..], tail.Data);
        Assert.Equal(0, Read("b", long.MinValue, 1).Chunk!.Offset);
        Assert.Equal(bytes.Length, Read("b", long.MaxValue, 1).Chunk!.Offset);
        Assert.Equal("AUR1202", Read("b", 0, 0).Fault?.Code);
    }

    [Fact]
    public void AFileThatGrows_IsFollowedByOffset()
    {
        _sandbox.Run("mkdir -p a/b; printf one > a/b/f");
        var first = Read("a/b/f").Chunk!;
        _sandbox.Run("printf two >> a/b/f");

        var second = Read("a/b/f", first.Offset + first.Data.Length).Chunk!;

        Assert.Equal("two"u8.ToArray(), second.Data);
        Assert.Equal(6, second.Length);
    }

    [Fact]
    public void AListingSaysWhatIsThere_ByName()
    {
        _sandbox.Run("mkdir b; echo 12345 > a; ln -s /etc/passwd c; mkfifo d; touch -d '2026-01-02 03:04:05Z' a; touch \"$(printf 'e\\377')\"");

        var listed = List("");

        Assert.Null(listed.Fault);
        Assert.False(listed.Truncated);
        Assert.Equal(["a file", "b folder", "c link", "d other", "e� file"], listed.Entries!.Select(e => $"{e.Name} {e.Kind}"));
        Assert.Equal((6L, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)), (listed.Entries![0].Size, listed.Entries[0].Modified));
        Assert.Empty(List("b").Entries!);
        Assert.Equal("cannot be reached: 'c' is a symbolic link; links are not followed", List("c").Fault?.Rule);
        Assert.Equal("must not contain the part '..'", List("..").Fault?.Rule);
        Assert.Equal("cannot be reached: 'a' is a file, not a folder", List("a").Fault?.Rule);
    }

    [Fact]
    public void AListingIsBounded()
    {
        _sandbox.Run("mkdir m; cd m; seq -f %05.0f 0 10000 | xargs touch");

        var listed = List("m");

        Assert.True(listed.Truncated);
        Assert.Equal(10_000, listed.Entries!.Count);
        Assert.Equal(("00000", "09999"), (listed.Entries[0].Name, listed.Entries[^1].Name));
    }

    [Fact]
    public void WithoutASandbox_TheFaultSaysSo()
    {
        Directory.Delete(_sandbox.Folder.Sandbox);
        AssertRefused("x", "cannot be read, because the task's sandbox does not exist");
    }

    private static void RequireRoot() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "Files of two users, devices and mounts need root.");

    private bool TryMount()
    {
        Secrete();
        try
        {
            _sandbox.Run("mkdir x; mount --bind ../.. x", giveToRole: false); // The same device: only the mount is another one.
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private void Secrete() => File.WriteAllText(_sandbox.Outside, Secret);

    private SandboxFileRead Read(string path, long offset = 0, int maxBytes = 10_000) => SandboxReader.Read(new ReadSandboxFile(Task, path, offset, maxBytes), _sandbox.Folder);

    private SandboxListed List(string path) => SandboxReader.List(new ListSandbox(Task, path), _sandbox.Folder);

    private void AssertRefused(string path, string rule)
    {
        var read = Read(path);
        Assert.Null(read.Chunk);
        Assert.Equal(("AUR2010", "path", rule), (read.Fault!.Code, read.Fault.Field, read.Fault.Rule));
    }
}
