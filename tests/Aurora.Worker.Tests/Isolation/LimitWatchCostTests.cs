using System.Runtime.Versioning;
using Aurora.Shim.Native;
using Aurora.TestSupport;
using Aurora.Worker.Isolation;
using Aurora.Worker.Isolation.Cgroups;
using Aurora.Worker.Isolation.Sampling;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aurora.Worker.Tests.Isolation;

/// <summary>
/// What it costs to watch 100 idle tasks: processor time of the watching thread for a minute of (fake) time. The aims are 0.04 % of a core in groups and 0.2 %
/// sampled; the bounds are some times that, since other tests press on the caches meanwhile.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class LimitWatchCostTests
{
    private const int Tasks = 100;
    private const int Seconds = 60;
    private const double GroupBound = 0.002;
    private const double SampledBound = 0.006;

    [Fact]
    public void InGroups()
    {
        Assert.SkipUnless(CgroupV1Tests.IsUsable(), "cgroup v1 cannot be used here.");
        using var harness = new IsolationHarness(o => new CgroupV1Isolation(o));
        Measure(harness, new FakeTimeProvider(), GroupBound);
    }

    [Fact]
    public void Sampled()
    {
        var time = new FakeTimeProvider();
        using var harness = new IsolationHarness(_ => new SamplingIsolation(time));
        Measure(harness, time, SampledBound);
    }

    private static void Measure(IsolationHarness harness, FakeTimeProvider time, double bound)
    {
        var folders = Enumerable.Range(0, Tasks).Select(_ => harness.Prepare()).ToDictionary(task => task, task => Folders(harness.Folder, task), StringComparer.Ordinal);
        var live = folders.Keys.Select(task => (task, IsolationHarness.Limits())).ToList();
        var watch = new LimitWatch(harness.Isolation, () => live, task => folders[task], (task, message) => Assert.Fail($"{task}: {message}"), time, new Processes.TestLogger());
        Run(watch, time, 0, Seconds);
        var before = ThreadTime();
        Run(watch, time, Seconds, Seconds * 2);
        var share = (ThreadTime() - before) / Seconds;
        TestContext.Current.TestOutputHelper?.WriteLine($"{share:P3} of a core");
        Assert.InRange(share, 0, bound);
    }

    private static void Run(LimitWatch watch, FakeTimeProvider time, int from, int to)
    {
        for (var now = (double)from; now < to; now++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            watch.RunOnce(TimeSpan.FromSeconds(now), TestContext.Current.CancellationToken);
        }
    }

    private static string[] Folders(TemporaryFolder folder, string task)
    {
        var (sandbox, logs) = (folder[$"{task}/sandbox"], folder[$"{task}/logs"]);
        Directory.CreateDirectory(sandbox);
        Directory.CreateDirectory(Path.Combine(logs, "main", "0"));
        File.WriteAllText(Path.Combine(logs, "main", "0", "stdout"), "");
        File.WriteAllText(Path.Combine(logs, "main", "0", "stderr"), "");
        return [sandbox, logs];
    }

    private static unsafe double ThreadTime()
    {
        const int ThreadProcessorTime = 3;
        Libc.TimeSpec time;
        Assert.Equal(0, Libc.GetClock(ThreadProcessorTime, &time));
        return time.Seconds + (time.Nanoseconds / 1e9);
    }
}
