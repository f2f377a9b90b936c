using Aurora.Core.Tasks;
using Aurora.TestSupport;
using Aurora.Worker.Sandbox;
using CsCheck;
using Xunit;

namespace Aurora.Worker.Tests.Sandbox;

public sealed class RetentionFacts : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 10, 0, 0, 0, TimeSpan.Zero);
    private static readonly RetentionOptions Unbounded = new() { Age = TimeSpan.FromDays(365), FailedAge = TimeSpan.FromDays(365), Count = 1000 };
    private static readonly TaskState?[] States = [null, TaskState.Finished, TaskState.Failed, TaskState.Killed, TaskState.Lost];
    private readonly TemporaryFolder _temporary = new("retention");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void FailedOnesAreKeptLonger()
    {
        var options = new RetentionOptions();
        Assert.Equal(["done1"], Decide(options, Ended("done1", 24), Ended("done", 23), Ended("failed", 167, failed: true)));
        Assert.Equal(["failed"], Decide(options, Ended("done", 23), Ended("failed", 168, failed: true)));
    }

    [Fact]
    public void UnderPressureFailedOnesGoLast_AndTheOldestFirst()
    {
        EndedFolder[] all = [Ended("f2", 2, failed: true), Ended("d1", 1), Ended("f9", 9, failed: true), Ended("d3", 3)];
        Assert.Equal(["d3"], Decide(Unbounded with { Count = 3 }, all));
        Assert.Equal(["d3", "d1", "f9"], Decide(Unbounded with { Count = 1 }, all));
        Assert.Equal(["d3", "d1", "f9", "f2"], Decide(Unbounded with { Count = 0 }, all));
        Assert.Equal(["d3", "d1"], Decide(Unbounded with { TotalBytes = 200 }, all));
        Assert.Equal(["d3", "d1", "f9"], Decide(Unbounded with { TotalBytes = 199 }, all));
        Assert.Empty(Decide(Unbounded with { TotalBytes = 400 }, all));
    }

    [Fact]
    public void WhatIsOldCountsAsGoneBeforeThePressureIsMeasured() =>
        Assert.Equal(["f", "b"], Decide(Unbounded with { FailedAge = TimeSpan.FromHours(5), Count = 1 }, Ended("a", 1), Ended("b", 2), Ended("f", 6, failed: true)));

    [Fact]
    public void EveryFaultIsNamed()
    {
        var faults = new RetentionOptions { Age = TimeSpan.FromSeconds(-1), FailedAge = TimeSpan.FromDays(366), Count = -1, TotalBytes = -1 }.Validate();
        Assert.Equal(["retention_secs", "failed_retention_secs", "retention_count", "retention_bytes"], faults.Select(f => f.Field));
        Assert.All(faults, f => Assert.Equal("AUR5001", f.Code));
        Assert.Empty(new RetentionOptions().Validate());
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("FAILED", "FAILED")]
    [InlineData("LOST and more\n", "LOST")]
    public void TheMarkNamesTheState(string text, string state)
    {
        var task = new TaskFolder(_temporary.Path);
        Assert.Null(task.ReadMark());
        File.WriteAllText(task.RecordedMark, text);
        Assert.Equal(state, task.ReadMark()?.State);
        task.MarkRecorded(TaskState.Failed);
        Assert.Equal("FAILED", File.ReadAllText(task.RecordedMark));
    }

    [Fact]
    public void TheTotalIsMeasuredOncePerTask_AndFailedOnesSurvivePressure()
    {
        var folder = new WorkerFolder(_temporary["worker"]);
        folder.Create();
        Add(folder, "done", 5, TaskState.Finished, 100_000);
        Add(folder, "failed", 9, TaskState.Lost, 100_000);
        Add(folder, "live", 99, null, 1_000_000);
        var keeper = new FolderKeeper(folder, Unbounded with { TotalBytes = 300_000 });
        Assert.Equal(0, keeper.RunOnce(Now, default));
        File.WriteAllBytes(Path.Combine(folder.Tasks, "done", "sandbox", "late"), new byte[500_000]);
        Assert.Equal(0, keeper.RunOnce(Now, default));
        Add(folder, "next", 1, TaskState.Finished, 100_000);
        Assert.Equal(1, keeper.RunOnce(Now, default));
        Assert.Equal(["failed", "live", "next"], folder.All().Select(f => Path.GetFileName(f.Path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NeverALiveTask_AndNothingYoungWithoutPressure_WhateverThereIs()
    {
        var folder = new WorkerFolder(_temporary["worker"]);
        var task = Gen.Select(Gen.Int[0, 200], Gen.Int[0, 4].Select(i => States[i]), Gen.Int[0, 3]);
        var options = Gen.Select(Gen.Int[0, 100], Gen.Int[0, 200], Gen.Int[0, 6], Gen.Int[0, 20]).Select((age, failed, count, kilobytes) => new RetentionOptions
        {
            Age = TimeSpan.FromHours(age), FailedAge = TimeSpan.FromHours(failed), Count = count, TotalBytes = kilobytes == 20 ? long.MaxValue : kilobytes * 8192L,
        });
        Gen.Select(task.Array[0, 8], options).Sample(
            (tasks, rule) =>
            {
                if (Directory.Exists(folder.Path))
                {
                    Directory.Delete(folder.Path, recursive: true);
                }

                folder.Create();
                foreach (var (i, (age, state, kilobytes)) in tasks.Index())
                {
                    Add(folder, $"{i}", age, state, kilobytes * 4096);
                }

                new FolderKeeper(folder, rule).RunOnce(Now, default);

                var left = folder.All().Select(f => int.Parse(Path.GetFileName(f.Path), System.Globalization.CultureInfo.InvariantCulture)).ToHashSet();
                var ended = tasks.Index().Where(t => t.Item.Item2 is not null).Select(t => t.Index).ToArray();
                Assert.All(Enumerable.Range(0, tasks.Length).Except(ended), i => Assert.Contains(i, left));
                Assert.True(left.Intersect(ended).Count() <= rule.Count);
                Assert.All(left.Intersect(ended), i => Assert.True(TimeSpan.FromHours(tasks[i].Item1) < (IsFailed(i) ? rule.FailedAge : rule.Age)));
                Assert.True(!left.Intersect(ended).Any(i => !IsFailed(i)) || ended.Except(left).All(i => !IsFailed(i) || TimeSpan.FromHours(tasks[i].Item1) >= rule.FailedAge));

                bool IsFailed(int i) => tasks[i].Item2 is TaskState.Failed or TaskState.Lost;
            },
            iter: 300,
            threads: 1);
    }

    private static IEnumerable<string> Decide(RetentionOptions options, params EndedFolder[] ended) =>
        RetentionRule.Decide(ended, options, Now).Select(f => f.Path);

    private static EndedFolder Ended(string name, int hoursAgo, bool failed = false) => new(new TaskFolder(name), Now.AddHours(-hoursAgo), failed, 100);

    private static void Add(WorkerFolder folder, string name, int hoursAgo, TaskState? ended, int bytes)
    {
        var task = new TaskFolder(Path.Combine(folder.Tasks, name));
        Directory.CreateDirectory(task.Sandbox);
        File.WriteAllBytes(Path.Combine(task.Sandbox, "data"), new byte[bytes]);
        if (ended is { } state)
        {
            task.MarkRecorded(state);
            File.SetLastWriteTimeUtc(task.RecordedMark, Now.AddHours(-hoursAgo).UtcDateTime);
        }
    }
}
