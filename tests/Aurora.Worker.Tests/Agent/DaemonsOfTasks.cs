using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;
using static Aurora.Worker.Tests.Agent.WorkerBench;

namespace Aurora.Worker.Tests.Agent;

/// <summary>Processes that are not their task's own children any more, and ephemeral ones (aurora-spec section 14, steps 36 and 37), with control groups and without.</summary>
public sealed class DaemonsOfTasks
{
    // Forked twice, in a session of its own: the shell in between ends at once.
    private const string Daemon = "(setsid bash -c 'trap \"rm -f file; exit 0\" TERM; touch file; echo $$ > daemon; while :; do sleep 0.05; done' &)";
    private const string DeafDaemon = "(setsid bash -c 'trap \"\" TERM; touch file; echo $$ > daemon; while :; do sleep 0.05; done' &)";
    private const string Wait = "while [ ! -e go ]; do sleep 0.05; done";

    [Theory]
    [InlineData("auto")]
    [InlineData("sampling")]
    public async Task WhenTheMainProcessEnds_TheFinalOneRunsThoughAnEphemeralDaemonRan(string isolation)
    {
        await using var bench = await StartAsync(settings: options => options with { Isolation = isolation });
        var order = bench.Task(
            "t1",
            Process("daemon", "echo $$ > daemon; while :; do sleep 0.05; done") with { Ephemeral = true, Daemon = true },
            Process("main", "touch file; while [ ! -e stop ]; do sleep 0.05; done"),
            Process("final", "rm file") with { Final = true });
        await bench.SendAsync(order with { Task = order.Task with { Constraints = [], FinalizationWait = 10 } });
        var daemon = await bench.PidAsync("t1", "daemon");
        await UntilAsync(() => bench.Has("t1", "file"), "the main process runs");

        bench.Touch("t1", "stop");
        var stopped = System.Diagnostics.Stopwatch.StartNew();
        Assert.True(IsAlive(daemon));
        await UntilAsync(() => !bench.Has("t1", "file"), "the final process has run");

        Assert.True(stopped.Elapsed < TimeSpan.FromSeconds(10), $"The final process ran after {stopped.Elapsed}.");
        await bench.WaitAsync("t1", TaskState.Finished);
        Assert.False(IsAlive(daemon));
        bench.AssertNothingIsLeftOf("t1");
    }

    [Theory]
    [InlineData("auto", true)]
    [InlineData("auto", false)]
    [InlineData("sampling", true)]
    [InlineData("sampling", false)]
    public async Task WhenTheTaskIsKilled_ADoubleForkedDaemonGetsItsSigterm(string isolation, bool starterLives)
    {
        await using var bench = await StartAsync(settings: options => options with { Isolation = isolation });
        await bench.SendAsync(bench.Task("t1", Process("starter", starterLives ? $"{Daemon}; {Wait}" : $"{Daemon}; while [ ! -s daemon ]; do sleep 0.05; done"), Process("main", Wait)));
        var daemon = await bench.PidAsync("t1", "daemon");
        await bench.WaitAsync("t1", r => r.Processes[starterLives ? 0 : 1].State == ProcessState.Running);
        Assert.True(IsAlive(daemon));

        var asked = System.Diagnostics.Stopwatch.StartNew();
        await bench.SendAsync(new KillTask(bench.TaskId("t1"), "enough"));
        await bench.WaitAsync("t1", TaskState.Killed);

        Assert.False(bench.Has("t1", "file"), "The daemon was not told by SIGTERM.");
        Assert.True(asked.Elapsed < TimeSpan.FromSeconds(10), $"It took {asked.Elapsed}.");
        Assert.False(IsAlive(daemon));
        bench.AssertNothingIsLeftOf("t1");
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("sampling")]
    public async Task WhenADaemonIgnoresSigterm_ItIsEndedAfterTheWait(string isolation)
    {
        await using var bench = await StartAsync(TimeSpan.FromSeconds(1), options => options with { Isolation = isolation });
        await bench.SendAsync(bench.Task("t1", Process("main", $"{DeafDaemon}; {Wait}")));
        var daemon = await bench.PidAsync("t1", "daemon");

        var asked = System.Diagnostics.Stopwatch.StartNew();
        await bench.SendAsync(new KillTask(bench.TaskId("t1"), "enough"));
        var end = await bench.WaitAsync("t1", TaskState.Killed);

        Assert.Equal(15, end.Processes[0].Signal);
        Assert.InRange(asked.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(6));
        Assert.True(bench.Has("t1", "file"));
        Assert.False(IsAlive(daemon));
        bench.AssertNothingIsLeftOf("t1");
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("sampling")]
    public async Task WhenAProcessEnds_WhatItLeftInItsSessionEndsAndItsDaemonLivesOn(string isolation)
    {
        await using var bench = await StartAsync(settings: options => options with { Isolation = isolation });
        await bench.SendAsync(bench.Task("t1", Process("starter", $"sleep 300 & echo $! > left; {Daemon}; while [ ! -s daemon ]; do sleep 0.05; done"), Process("main", Wait)));
        await bench.WaitAsync("t1", r => r.Processes[1].State == ProcessState.Running);
        var daemon = await bench.PidAsync("t1", "daemon");
        var left = await bench.PidAsync("t1", "left");

        await UntilAsync(() => !IsAlive(left), "what the starter left has ended");
        Assert.True(IsAlive(daemon));
        bench.Touch("t1", "go");
        await bench.WaitAsync("t1", TaskState.Finished);

        Assert.False(bench.Has("t1", "file"), "The daemon was not told by SIGTERM at the task's end.");
        Assert.False(IsAlive(daemon));
    }
}
