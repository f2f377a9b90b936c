using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;
using static Aurora.Worker.Tests.Agent.WorkerBench;

namespace Aurora.Worker.Tests.Agent;

/// <summary>A worker that is emptied while its bus and its broker are there.</summary>
public sealed class DrainingWorkers
{
    private const string Reason = "the worker is being emptied";

    [Fact]
    public async Task WhatRunsEndsLost_WhatComesIsSentBack_AndTheHelloSaysSo()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("quick", Process("p", "sleep 300")));
        await bench.SendAsync(bench.Task("slow", Process("p", "trap 'touch told; while [ ! -e go ]; do sleep 0.05; done; exit 0' TERM; touch up; while :; do sleep 0.05; done")));
        var quick = await bench.WaitAsync("quick", r => r.State == TaskState.Running && r.Processes[0].Pid is not null);
        await UntilAsync(() => bench.Has("slow", "up"), "the slow one's trap stands");
        Assert.DoesNotContain(bench.Heard<WorkerHello>(), h => h.Draining);

        using var patience = new CancellationTokenSource(Patience);
        var drain = bench.Worker!.DrainAsync(Reason, patience.Token);
        await UntilAsync(() => bench.Has("slow", "told"), "the slow one got its SIGTERM");
        await UntilAsync(() => bench.Heard<WorkerHello>().Any(h => h.Draining), "a hello says that the worker is emptied");
        await bench.SendAsync(bench.Task("late", Process("p", "touch ran")));
        Assert.Equal(Reason, (await bench.WaitAsync("late", TaskState.Lost)).Message);
        Assert.False(drain.IsCompleted, "The drain ended before the slow task.");
        bench.Touch("slow", "go");
        await drain;

        Assert.Equal(Reason, (await bench.WaitAsync("quick", TaskState.Lost)).Message);
        Assert.Equal(Reason, (await bench.WaitAsync("slow", TaskState.Lost)).Message);
        Assert.False(IsAlive(quick.Processes[0].Pid!.Value));
        Assert.False(bench.Has("late", "ran"));
        Assert.Equal(0, (await bench.WaitAsync("slow", TaskState.Lost)).Processes[0].ExitCode);
        await bench.SendAsync(bench.Task("later", Process("p", "touch ran")));
        Assert.Equal(Reason, (await bench.WaitAsync("later", TaskState.Lost)).Message);
        await bench.SendAsync(new SendHello());
        await UntilAsync(() => bench.Heard<WorkerHello>().Last().Tasks.Count == 4, "the hello that was asked for comes");
        Assert.True(bench.Heard<WorkerHello>().Last().Draining);
    }
}
