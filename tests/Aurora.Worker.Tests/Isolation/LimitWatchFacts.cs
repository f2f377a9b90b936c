using System.Runtime.Versioning;
using Aurora.Core.Errors;
using Aurora.TestSupport;
using Aurora.Worker.Isolation;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aurora.Worker.Tests.Isolation;

/// <summary>When the watch looks, and what it tells. Time is fake; folders are real.</summary>
[SupportedOSPlatform("linux")]
public sealed class LimitWatchFacts : IDisposable
{
    private const long MB = 1 << 20;
    private static readonly TaskLimits Limits = new(1, false, 64 * MB, 0, 4 * MB, 100);

    private readonly TemporaryFolder _folder = new("watch");
    private readonly List<(string TaskId, TaskLimits Limits)> _live = [];
    private readonly List<(string TaskId, string Message)> _told = [];
    private readonly FakeIsolation _isolation = new("cgroup_v1");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void UseOfATaskInAGroup_IsReadEvery5Seconds()
    {
        Add("a");
        Run(CreateWatch(), 0, 60);
        Assert.InRange(_isolation.Reads["a"], 11, 13);
    }

    [Fact]
    public void UseOfASampledTask_IsReadEverySecond_AllTasksTogether()
    {
        var sampling = new FakeIsolation("sampling");
        Add("a");
        Add("b");
        var watch = CreateWatch(sampling);
        Run(watch, 0, 10);
        Assert.Equal((11, 11), (sampling.Reads["a"], sampling.Reads["b"]));
    }

    [Fact]
    public void LooksAtManyTasks_AreSpreadOverTheInterval()
    {
        for (var i = 0; i < 100; i++)
        {
            Add($"task-{i}");
        }

        var watch = CreateWatch();
        for (var now = 0.0; now < 20; now += 0.5)
        {
            var before = _isolation.Reads.Values.Sum();
            watch.RunOnce(TimeSpan.FromSeconds(now), TestContext.Current.CancellationToken);
            Assert.InRange(_isolation.Reads.Values.Sum() - before, 0, 30);
        }

        Assert.All(_isolation.Reads.Values, reads => Assert.InRange(reads, 3, 5));
    }

    [Fact]
    public void ABreach_IsToldOnce_AndWithTheUseThatIsKept()
    {
        Add("a");
        var watch = CreateWatch();
        Run(watch, 0, 10);
        Assert.Empty(_told);
        _isolation.Usage = new TaskUsage { OutOfMemoryKills = 1 };
        Run(watch, 10.5, 20);
        _isolation.Usage = new TaskUsage { OutOfMemoryKills = 2 };
        Run(watch, 20.5, 40);
        var told = Assert.Single(_told);
        Assert.Equal("a", told.TaskId);
        Assert.StartsWith("AUR4006 memory: used 64.0 MB of 64.0 MB granted", told.Message, StringComparison.Ordinal);
        Assert.Equal(2, watch.UsageOf("a")?.OutOfMemoryKills);
    }

    [Fact]
    public void DiskOverTheGrant_IsToldWithinSeconds_WhenItGrows()
    {
        Add("a");
        var watch = CreateWatch();
        Run(watch, 0, 30);
        Assert.InRange(watch.DiskOf("a") ?? -1, 0, 64 * 1024);

        // When in the interval a task is looked at depends on its name.
        Write("a", 2 * MB);
        var now = 30.5;
        for (; watch.DiskOf("a") < 2 * MB; now += 0.5)
        {
            Assert.InRange(now, 30, 41);
            Run(watch, now, now);
        }

        Assert.Empty(_told);

        // It has grown by half of the grant in 10 seconds: it is not left alone for 10 more.
        Write("a", 5 * MB);
        Run(watch, now, now + 5.5);
        Assert.StartsWith("AUR4006 disk: sandbox and logs use 5.0 MB of 4.0 MB granted", Assert.Single(_told).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATaskThatStartsLater_IsMeasuredAfterASecond()
    {
        var watch = CreateWatch();
        Run(watch, 0, 5);
        Add("a");
        Write("a", 5 * MB);
        Run(watch, 5.5, 6);
        Assert.Null(watch.DiskOf("a"));
        Run(watch, 6.5, 6.5);
        Assert.Single(_told);
    }

    [Fact]
    public void ATaskThatUsesNoProcessorTime_IsLookedAtOnceAMinute()
    {
        Add("a");
        _isolation.ProcessorTime = 1.5;
        var watch = CreateWatch();
        Run(watch, 0, 20);
        Assert.Equal(1, _isolation.Reads["a"]);

        // Written by somebody else, so that the task used nothing.
        Write("a", 5 * MB);
        Run(watch, 20.5, 50);
        Assert.Equal(1, _isolation.Reads["a"]);
        Assert.Empty(_told);
        Run(watch, 50.5, 80);
        Assert.Equal(2, _isolation.Reads["a"]);
        Assert.StartsWith("AUR4006 disk:", Assert.Single(_told).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATaskThatUsedProcessorTimeAfterAllWasIdle_IsLookedAtWithinTheUsualTimes()
    {
        Add("a");
        _isolation.ProcessorTime = 1.5;
        var watch = CreateWatch();
        Run(watch, 0, 40);
        Assert.Equal(1, _isolation.Reads["a"]);
        _isolation.ProcessorTime = 1.500001;
        Write("a", 2 * MB);
        var now = 40.5;
        for (; watch.DiskOf("a") < 2 * MB; now += 0.5)
        {
            Assert.InRange(now, 40, 51);
            Run(watch, now, now);
        }

        // Half of the grant in at most 10 seconds, not in 40: it is looked at again soon.
        _isolation.ProcessorTime = 1.500002;
        Write("a", 5 * MB);
        Run(watch, now, now + 5.5);
        Assert.InRange(_isolation.Reads["a"], 2, 3);
        Assert.StartsWith("AUR4006 disk:", Assert.Single(_told).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, 1.5, 69.9, 1.5, true)]
    [InlineData(10, 1.5, 70, 1.5, false)] // a minute
    [InlineData(10, 1.5, 15, 1.6, false)] // it did something
    [InlineData(10, 1.5, 15, null, false)]
    [InlineData(10, null, 15, null, false)] // nothing is known of what it did
    public void ALookHolds_WhileNothingRan(double at, double? then, double now, double? processorTime, bool holds) =>
        Assert.Equal(holds, new Glimpse(TimeSpan.FromSeconds(at), then).Holds(TimeSpan.FromSeconds(now), processorTime));

    [Fact]
    public void ATaskThatLivesNoMore_IsForgotten()
    {
        Add("a");
        var watch = CreateWatch();
        Run(watch, 0, 12);
        Assert.NotNull(watch.DiskOf("a"));
        _live.Clear();
        Run(watch, 12.5, 12.5);
        Assert.Null(watch.DiskOf("a"));
        Assert.Null(watch.UsageOf("a"));
    }

    [Theory]
    [InlineData(0, 0, 10, 100, 0, 10)] // nothing grows
    [InlineData(50, 10, 10, 100, 0, 10)] // it shrinks
    [InlineData(0, 1, 10, 100, 0, 10)] // far from the grant
    [InlineData(0, 50, 10, 100, 0, 10)] // the grant is reached just then
    [InlineData(0, 80, 10, 100, 0, 1.25)] // 2.5 s left at 8 a second
    [InlineData(0, 99, 10, 100, 0, 1)]
    [InlineData(0, 200, 10, 100, 0, 1)]
    [InlineData(0, 0, 10, 100, 2, 40)] // what takes long is done seldom
    [InlineData(0, 99, 10, 100, 60, 120)]
    public void ThePace(long before, long now, double between, long grant, double took, double next) => Assert.Equal(
        TimeSpan.FromSeconds(next), DiskPace.Next(before, now, TimeSpan.FromSeconds(between), grant, TimeSpan.FromSeconds(took)));

    private LimitWatch CreateWatch(FakeIsolation? isolation = null) =>
        new(isolation ?? _isolation, () => _live, task => [_folder[task]], (task, message) => _told.Add((task, message)), new FakeTimeProvider(), new Processes.TestLogger());

    private static void Run(LimitWatch watch, double from, double to)
    {
        for (var now = from; now <= to; now += 0.5)
        {
            watch.RunOnce(TimeSpan.FromSeconds(now), TestContext.Current.CancellationToken);
        }
    }

    private void Add(string task)
    {
        Directory.CreateDirectory(_folder[task]);
        _live.Add((task, Limits));
    }

    private void Write(string task, long bytes)
    {
        var content = new byte[bytes];
        Random.Shared.NextBytes(content);
        File.WriteAllBytes(Path.Combine(_folder[task], "file"), content);
    }

    private sealed class FakeIsolation(string name) : ITaskIsolation
    {
        public Dictionary<string, int> Reads { get; } = [];

        public TaskUsage Usage { get; set; } = new();

        public double? ProcessorTime { get; set; }

        public IReadOnlyDictionary<string, string> Attributes { get; } = new Dictionary<string, string> { ["isolation"] = name };

        public Fault? Prepare(string taskId, TaskLimits limits) => null;

        public GroupEntry? EntryOf(string taskId) => null;

        public TaskUsage? Read(string taskId)
        {
            Reads[taskId] = Reads.GetValueOrDefault(taskId) + 1;
            return Usage;
        }

        public double? ReadProcessorTime(string taskId) => ProcessorTime;

        public int Count(string taskId) => 0;

        public int Terminate(string taskId) => 0;

        public int Kill(string taskId) => 0;

        public void Remove(string taskId)
        {
        }

        public IReadOnlyList<string> RemoveOthers(IReadOnlySet<string> known) => [];

        public void Close()
        {
        }
    }
}
