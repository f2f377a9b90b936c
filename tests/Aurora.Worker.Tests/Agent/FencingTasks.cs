using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Worker.Fencing;
using Aurora.Worker.Hosting;
using Xunit;
using static Aurora.Worker.Tests.Agent.WorkerBench;

namespace Aurora.Worker.Tests.Agent;

/// <summary>Tasks that must not outlive the broker's word (stop_after_secs), and those that must (all others).</summary>
public sealed class FencingTasks
{
    private const string Endless = "while :; do sleep 0.05; done";

    [Fact]
    public async Task WhileTheLeaderAnswers_TheTaskGoesOn_WhenItDoesNot_TheTaskIsEnded()
    {
        await using var bench = await StartAsync();
        bench.Answers = true;
        await bench.SendAsync(bench.Task("t1", Process("p", Endless)) with { StopAfterSecs = 2 });
        var running = await bench.WaitAsync("t1", r => r.State == TaskState.Running && r.Processes[0].Pid is not null);
        var answered = bench.Answered;
        await UntilAsync(() => bench.Answered > answered + 15, "it is answered for longer than the limit"); // One in 200 ms.
        Assert.DoesNotContain(bench.Reports, r => r.State.IsTerminal());

        bench.Answers = false;
        var end = await bench.WaitAsync("t1", TaskState.Lost);
        Assert.Equal("no word of the broker for 2 s (partition_policy.stop_after_secs)", end.Message);
        Assert.False(IsAlive(running.Processes[0].Pid!.Value));
        bench.AssertNothingIsLeftOf("t1");
    }

    [Fact]
    public async Task ATaskBeginsOnlyWhenTheLeaderHasAnsweredAHeartbeatThatCameAfterItsReport()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", Endless)) with { StopAfterSecs = 60 });
        await bench.WaitAsync("t1", TaskState.Starting);
        await UntilAsync(() => bench.Heard<WorkerHeartbeat>().Count(h => h.AnswerTo is not null) >= 3, "answers are asked for");
        Assert.False(Directory.Exists(bench.TaskPath("t1", "sandbox")));

        bench.Answers = true;
        await bench.WaitAsync("t1", TaskState.Running);
    }

    [Fact]
    public async Task AnOrderThatLayInTheQueue_IsNotBegun_WhenItsKillIsBehindIt()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "touch ran; " + Endless)) with { StopAfterSecs = 60 });
        await bench.SendAsync(new KillTask(bench.TaskId("t1"), "given up meanwhile"));
        bench.Answers = true;
        await bench.WaitAsync("t1", TaskState.Killed);
        Assert.False(Directory.Exists(bench.TaskPath("t1", "sandbox")));
    }

    [Fact]
    public async Task AnAgentThatIsStartedAgain_GoesOnCounting()
    {
        await using var bench = await StartAsync();
        bench.Answers = true;
        await bench.SendAsync(bench.Task("short", Process("p", Endless)) with { StopAfterSecs = 3600 });
        await bench.SendAsync(bench.Task("long", Process("p", Endless)) with { StopAfterSecs = 7200 });
        var pid = (await bench.WaitAsync("short", r => r.State == TaskState.Running && r.Processes[0].Pid is not null)).Processes[0].Pid!.Value;
        await bench.WaitAsync("long", TaskState.Running);
        bench.Answers = false;
        await bench.StopWorkerAsync();
        var contact = new ContactFile(Path.Combine(bench.Folder, "contact"), Machine.BootId());
        Assert.InRange(BootClock.Now() - contact.Read()!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Assert.True(IsAlive(pid)); // Nobody is there to end it.

        contact.Write(BootClock.Now() - TimeSpan.FromSeconds(3601)); // As if an hour had passed.
        await bench.StartWorkerAsync();
        await bench.WaitAsync("short", TaskState.Lost);
        Assert.False(IsAlive(pid));
        Assert.DoesNotContain(bench.Reports, r => r.TaskId == bench.TaskId("long") && r.State.IsTerminal());
    }

    [Fact]
    public async Task WithoutALimit_NothingIsAskedFor_AndNothingIsEnded()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", Endless)));
        await bench.WaitAsync("t1", TaskState.Running);
        var heard = bench.Heard<WorkerHeartbeat>().Count();
        await UntilAsync(() => bench.Heard<WorkerHeartbeat>().Count() > heard + 15, "time passes");
        Assert.DoesNotContain(bench.Heard<WorkerHeartbeat>(), h => h.AnswerTo is not null);
        Assert.DoesNotContain(bench.Reports, r => r.State.IsTerminal());
    }

    [Fact]
    public async Task AnswersToAnotherSession_MeanNothing()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", Endless)) with { StopAfterSecs = 2 });
        await UntilAsync(() => bench.Heard<WorkerHeartbeat>().Any(h => h.AnswerTo is not null), "an answer is asked for");
        for (var number = 1; number < 100; number++)
            await bench.SendAsync(new HeartbeatHeard(Guid.NewGuid(), number));
        await bench.WaitAsync("t1", TaskState.Lost);
        Assert.DoesNotContain(bench.Reports, r => r.State == TaskState.Running);
    }
}
