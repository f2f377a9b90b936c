using Aurora.Core.Configuration;
using Aurora.Core.Tasks;
using Aurora.TestSupport;
using Xunit;

namespace Aurora.Cli.Tests.Fencing;

/// <summary>
/// Promise 2 of the design under a real partition: with a fence no second copy ever runs, and without one a second copy is found, ended and reported. The second test shows that the first one
/// could fail.
/// </summary>
public sealed class FencingTests
{
    [Fact]
    public async Task WithAFenceThatIsShorterThanTheDelay_NoSecondCopyEverRuns()
    {
        await using var cluster = await PartitionedCluster.StartAsync();
        await cluster.AddWorkerAsync("w1");

        // Lost after 3 s, and given up 17 s later; ended by the worker after 10 s, within 2 s and a little.
        await cluster.CreateAsync(cluster.Service(new PartitionPolicyConfiguration { DelaySecs = 17, StopAfterSecs = 10 }));
        await cluster.RunsOnAsync("w1");
        await cluster.AddWorkerAsync("w2");

        await cluster.CutAsync("w1");
        await Eventually.IsTrueAsync("the worker ends the task by itself", PartitionedCluster.Patience, () => Task.FromResult(!cluster.IsHeld));
        Assert.Equal(TaskState.Partitioned, Assert.Single(await cluster.TasksAsync()).State);
        await cluster.RunsOnAsync("w2");

        await cluster.MendAsync("w1");
        await cluster.RunsOnAsync("w2");
        Assert.False(cluster.TwoRanAtOnce);
        Assert.Empty(cluster.Duplicates);
        Assert.Contains((await cluster.TasksAsync()).Single(t => t.Worker?.Value == "w1").Events, e => e.State == TaskState.Partitioned);
    }

    [Fact]
    public async Task WithoutAFence_TheSecondCopyIsEndedAndReported_WhenItsWorkerComesBack()
    {
        await using var cluster = await PartitionedCluster.StartAsync();
        await cluster.AddWorkerAsync("w1");
        await cluster.CreateAsync(cluster.Service(null));
        await cluster.RunsOnAsync("w1");
        await cluster.AddWorkerAsync("w2");

        await cluster.CutAsync("w1");
        await cluster.RunsOnAsync("w2");
        await Eventually.IsTrueAsync("both run", PartitionedCluster.Patience, () => Task.FromResult(cluster.TwoRanAtOnce));

        await cluster.MendAsync("w1");
        await Eventually.IsTrueAsync("the duplicate is reported", PartitionedCluster.Patience, () => Task.FromResult(!cluster.Duplicates.IsEmpty));
        var found = Assert.Single(cluster.Duplicates);
        var tasks = await cluster.TasksAsync();
        var old = tasks.Single(t => t.Worker?.Value == "w1");
        Assert.Equal((old.TaskId, tasks.Single(t => t.State == TaskState.Running).TaskId), (found.TaskId, found.ActiveTask));
        Assert.Equal((TaskState.Lost, found.Message), (old.State, old.Events[^1].Message));
    }
}
