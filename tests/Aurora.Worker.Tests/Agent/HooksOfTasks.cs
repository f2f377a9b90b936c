using Aurora.Core.Configuration;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;
using static Aurora.Worker.Tests.Agent.WorkerBench;

namespace Aurora.Worker.Tests.Agent;

/// <summary>The HTTP calls before SIGTERM (aurora-spec sections 2.8 and 3.6).</summary>
public sealed class HooksOfTasks
{
    [Fact]
    public async Task BothAreCalledInOrderBeforeSigterm_EachWithItsWait()
    {
        var (calls, took) = await KillAsync(Responder.Process("p"), wait: 1);

        Assert.Equal(["POST /quitquitquit", "POST /abortabortabort", "SIGTERM"], calls);
        Assert.InRange(took, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(8));
    }

    [Theory]
    [InlineData("/quitquitquit", 1)]
    [InlineData("/abortabortabort", 2)]
    public async Task ATaskThatAnswersAndEndsIsNotWaitedForAnyLonger(string endsAt, int calls)
    {
        // The first wait passes in full where the second call ends it.
        var (made, took) = await KillAsync(Responder.Process("p", endsAt: endsAt), wait: 20, firstWait: calls == 1 ? 20 : 1);

        Assert.Equal(new[] { "POST /quitquitquit", "POST /abortabortabort" }.Take(calls), made);
        Assert.True(took < TimeSpan.FromSeconds(10), $"It took {took}.");
    }

    [Fact]
    public async Task ATaskThatDoesNotAnswerIsNotWaitedFor()
    {
        var (calls, took) = await KillAsync(Responder.Process("p", deafTo: "/quitquitquit"), wait: 1, firstWait: 20);

        Assert.Equal(["POST /quitquitquit", "POST /abortabortabort", "SIGTERM"], calls);
        Assert.True(took < TimeSpan.FromSeconds(10), $"It took {took}.");
    }

    private static async Task<(string[] Calls, TimeSpan Took)> KillAsync(ProcessConfiguration process, int wait, int? firstWait = null)
    {
        await using var bench = await StartAsync();
        var hooks = new HttpLifecycleConfiguration { GracefulShutdownWaitSecs = firstWait ?? wait, ShutdownWaitSecs = wait };
        await bench.SendAsync(bench.Task("t1", Process("well", "touch well"), process) with
        {
            HealthCheckConfig = new HealthCheckConfiguration { IntervalSecs = 0.2, InitialIntervalSecs = 60 },
            Lifecycle = new LifecycleConfiguration { Http = hooks },
        });
        await bench.WaitAsync("t1", TaskState.Running);

        var asked = System.Diagnostics.Stopwatch.StartNew();
        await bench.SendAsync(new KillTask(bench.TaskId("t1"), "enough"));
        Assert.Equal("enough", (await bench.WaitAsync("t1", TaskState.Killed)).Message);
        var took = asked.Elapsed;
        bench.AssertNothingIsLeftOf("t1");
        return (await File.ReadAllLinesAsync(bench.TaskPath("t1", "sandbox", "calls")), took);
    }
}
