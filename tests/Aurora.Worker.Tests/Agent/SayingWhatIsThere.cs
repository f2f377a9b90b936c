using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;
using static Aurora.Worker.Tests.Agent.WorkerBench;

namespace Aurora.Worker.Tests.Agent;

/// <summary>What a worker's messages carry so that the broker can tell what was lost, what is late, and who speaks.</summary>
public sealed class SayingWhatIsThere
{
    [Fact]
    public async Task TheDigestOfTheHeartbeats_IsThatOfTheTasksAsTheyWereReported()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "while :; do sleep 0.05; done")));
        await bench.SendAsync(bench.Task("t2", Process("p", "false")));
        await bench.WaitAsync("t1", TaskState.Running);
        await bench.WaitAsync("t2", TaskState.Failed);
        var both = default(TaskDigest).Add(bench.TaskId("t2"), TaskPhase.Ended).Add(bench.TaskId("t1"), TaskPhase.Running);
        await UntilAsync(() => bench.Heard<WorkerHeartbeat>().LastOrDefault()?.TasksDigest == both.ToString(), "both tasks are in the digest");

        await bench.SendAsync(new EndsRecorded([bench.TaskId("t2")]));
        await UntilAsync(
            () => bench.Heard<WorkerHeartbeat>().LastOrDefault()?.TasksDigest == both.Remove(bench.TaskId("t2"), TaskPhase.Ended).ToString(), "the recorded one is not any more");
    }

    [Fact]
    public async Task EveryMessageOfASessionHasAGreaterNumber_AndTheNextSessionNamesTheOnesBefore()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "true")));
        await bench.WaitAsync("t1", TaskState.Finished);
        await bench.SendAsync(new SendHello());
        await UntilAsync(() => bench.Heard<WorkerHello>().Count() == 2, "the second hello comes");
        var first = bench.Heard<WorkerHello>().First();
        await bench.StopWorkerAsync();
        var numbers = bench.Heard<object>().Select(m => m switch
        {
            WorkerHello e => e.Sequence,
            TasksReported e => e.Sequence,
            WorkerHeartbeat e => e.Sequence,
            _ => null,
        }).ToArray();
        Assert.Equal(Enumerable.Range(1, numbers.Length).Select(n => (long?)n), numbers);

        await bench.StartWorkerAsync();
        await UntilAsync(() => bench.Heard<WorkerHello>().Count() == 3, "the new agent's hello comes");
        Assert.Empty(first.PreviousSessions!);
        Assert.Equal([first.Session], bench.Heard<WorkerHello>().Last().PreviousSessions!);
    }
}
