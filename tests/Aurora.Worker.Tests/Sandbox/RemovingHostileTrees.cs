using System.Diagnostics;
using System.Runtime.Versioning;
using Aurora.Core.Tasks;
using Aurora.TestSupport;
using Aurora.Worker.Isolation;
using Aurora.Worker.Sandbox;
using Xunit;

namespace Aurora.Worker.Tests.Sandbox;

/// <summary>What a job leaves so that it cannot be removed is removed, and nothing else is.</summary>
[SupportedOSPlatform("linux")]
public sealed class RemovingHostileTrees : IDisposable
{
    private static readonly DateTimeOffset Later = DateTimeOffset.UtcNow.AddDays(30);
    private readonly TemporaryFolder _temporary = new("hostile");
    private readonly WorkerFolder _folder;
    private readonly FolderKeeper _keeper;

    public RemovingHostileTrees()
    {
        _folder = new WorkerFolder(_temporary["worker"]);
        _folder.Create();
        _keeper = new FolderKeeper(_folder, new RetentionOptions());
    }

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("mkdir -p a/b; touch a/b/c; chmod 0 a/b a")]
    [InlineData("n=$(printf %0255d 0); p=$n; while [ ${#p} -lt 3500 ]; do p=$p/$n; done; for t in a b c; do mkdir $t; (cd $t; mkdir -p $p; touch $p/f); done; mv c b/$p; mv b a/$p")]
    [InlineData("touch \"$(printf 'e\\377')\" \"$(printf %0255d 0)\" -- '-rf' ' ' '*'; mkdir \"$(printf 'f\\377')\"; touch \"$(printf 'f\\377')/x\"")]
    [InlineData("ln -s ../../../../outside folder; ln -s ../../../../outside/stays file; ln ../../../../outside/stays hard; mkdir d; ln -s ../../../../../outside d/folder")]
    [InlineData("mkfifo p; mkdir q; mkfifo q/p; ln -s loop loop")]
    public void ItIsRemoved_AndWhatLiesOutsideStays(string trick)
    {
        Directory.CreateDirectory(_temporary["outside"]);
        File.WriteAllText(Path.Combine(_temporary["outside"], "stays"), "stays");
        var task = Add("old", trick);

        Assert.Equal(1, _keeper.RunOnce(Later, default));

        Assert.False(Directory.Exists(task.Path));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Trash));
        Assert.Equal("stays", File.ReadAllText(Path.Combine(_temporary["outside"], "stays")));
    }

    [Fact]
    public void ATreeOf2000Levels_IsRemoved()
    {
        var task = Add("old", "i=0; while [ $i -lt 2000 ]; do mkdir d; echo > f; cd d; i=$((i+1)); done");

        Assert.True(FolderUsage.Measure([task.Path], default) is { Bytes: > 0, Whole: false });
        Assert.Equal(1, _keeper.RunOnce(Later, default));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Trash));
    }

    [Fact]
    public void WhatCannotBeRemoved_IsNamed_AndKeepsNothingElse()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "A mount needs root.");
        var stuck = Add("a", "mkdir m; echo > beside");
        Add("b", "echo > x");
        var mounted = Path.Combine(stuck.Sandbox, "m");
        Directory.CreateDirectory(_temporary["outside"]);
        File.WriteAllText(Path.Combine(_temporary["outside"], "stays"), "stays");
        Assert.SkipUnless(Shell($"mount --bind {_temporary["outside"]} {mounted}") == 0, "Mounting is not permitted here.");
        try
        {
            var failure = Assert.Throws<IOException>(() => _keeper.RunOnce(Later, default));

            Assert.Contains("2 folders were removed; ", failure.Message, StringComparison.Ordinal);
            Assert.Contains("'m' in it", failure.Message, StringComparison.Ordinal);
            Assert.Empty(_folder.All());
            Assert.Equal("stays", File.ReadAllText(Path.Combine(_temporary["outside"], "stays")));
        }
        finally
        {
            Shell($"umount $(grep -o '{_temporary.Path}/worker/[^ ]*/m' /proc/self/mounts)");
        }

        Assert.Equal(0, _keeper.RunOnce(Later, default));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Trash));
    }

    [Fact]
    public void AtTheStart_TornFilesAreRemoved_AndNothingInASandbox()
    {
        var task = Add("live", "echo > mine.tmp");
        File.WriteAllText(task.Definition, "{}");
        File.WriteAllText(task.Definition + ".tmp", "{");
        File.WriteAllText(task.RecordedMark + ".tmp", "FAI");

        _keeper.RemoveTorn();

        Assert.Equal(["recorded", "sandbox", "task.json"], Directory.EnumerateFileSystemEntries(task.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(Path.Combine(task.Sandbox, "mine.tmp")));
    }

    private TaskFolder Add(string name, string trick)
    {
        var task = new TaskFolder(Path.Combine(_folder.Tasks, name));
        Directory.CreateDirectory(task.Sandbox);
        Assert.Equal(0, Shell(trick, task.Sandbox));
        task.MarkRecorded(TaskState.Finished);
        return task;
    }

    private static int Shell(string line, string folder = "/")
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"set -e; {line}"]) { WorkingDirectory = folder })!;
        shell.WaitForExit();
        return shell.ExitCode;
    }
}
