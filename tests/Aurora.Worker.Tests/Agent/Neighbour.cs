using System.Globalization;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;

namespace Aurora.Worker.Tests.Agent;

/// <summary>A task of another role beside the one that misbehaves: it writes the time every 100 ms, and must not notice anything.</summary>
internal sealed class Neighbour
{
    private const string Name = "neighbour";
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(3); // The machine of a build is busy; what is held here is that the neighbour is never stopped or starved.

    private readonly WorkerBench _bench;
    private readonly int _pid;

    private Neighbour(WorkerBench bench, int pid) => (_bench, _pid) = (bench, pid);

    private double[] Beats => [.. File.ReadAllLines(_bench.TaskPath(Name, "sandbox", "beats")).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];

    public static async Task<Neighbour> SettleAsync(WorkerBench bench)
    {
        await bench.SendAsync(bench.TaskOf(Name, WorkerBench.OtherRole, WorkerBench.Process("beat", "echo $$ > pid; while :; do echo $EPOCHREALTIME >> beats; sleep 0.1; done")));
        var report = await bench.WaitAsync(Name, r => r.State == TaskState.Running && r.Processes[0].Pid is not null);
        await WorkerBench.UntilAsync(() => bench.Has(Name, "beats"), "the neighbour beats");
        return new Neighbour(bench, report.Processes[0].Pid!.Value);
    }

    /// <summary>It still beats, in the same process as at the beginning, has never stopped for long, and was never said to be anything but running.</summary>
    public async Task AssertUndisturbedAsync()
    {
        var before = Beats.Length;
        await WorkerBench.UntilAsync(() => Beats.Length > before + 2, "the neighbour goes on beating");
        var beats = Beats;
        var gap = beats.Skip(1).Zip(beats, (later, earlier) => later - earlier).Max();
        Assert.True(gap < LongestGap.TotalSeconds, $"The neighbour stood still for {gap:0.0} s.");
        Assert.Equal(_pid, await _bench.PidAsync(Name, "pid"));
        Assert.True(WorkerBench.IsAlive(_pid));
        var reports = _bench.Reports.Where(r => r.TaskId == _bench.TaskId(Name)).ToList();
        Assert.DoesNotContain(reports, r => r.State is not (TaskState.Starting or TaskState.Running) || r.Processes[0].Run > 0);
    }
}
