using Aurora.Core.Jobs;
using Aurora.Core.Tasks;
using CsCheck;
using Xunit;

namespace Aurora.Core.Tests.Tasks;

public sealed class TaskDigestTests
{
    private static readonly Gen<(TaskId Task, TaskPhase Phase)[]> GenTasks =
        Gen.Select(Gen.Int[0, 30].Select(n => new TaskId($"www-data-devel-hello-{n}")), Gen.Int[1, 3].Select(p => (TaskPhase)p)).Array[0, 20];

    [Fact]
    public void TheOrderMeansNothing_AndWhatIsTakenOutWasNeverIn() => Gen.Select(GenTasks, GenTasks).Sample((kept, gone) =>
    {
        var both = Of([.. kept, .. gone]);
        Assert.Equal(both, Of([.. gone.Reverse(), .. kept]));
        Assert.Equal(Of(kept), gone.Aggregate(both, (digest, t) => digest.Remove(t.Task, t.Phase)));
    });

    [Fact]
    public void OtherTasks_OrOtherPhases_AreAnotherDigest() => Gen.Select(GenTasks, GenTasks).Sample((a, b) =>
        Assert.Equal(a.OrderBy(t => t.Task.Value).ThenBy(t => t.Phase).SequenceEqual(b.OrderBy(t => t.Task.Value).ThenBy(t => t.Phase)), Of(a) == Of(b)));

    /// <summary>Workers and brokers of different releases must agree: a hash that changes makes every worker say hello for ever.</summary>
    [Fact]
    public void TheTextIsPartOfTheWireFormat()
    {
        Assert.Equal("0-0000000000000000", default(TaskDigest).ToString());
        Assert.Equal("2-2940ae0fb547fe37", default(TaskDigest).Add(new TaskId("a"), TaskPhase.Running).Add(new TaskId("b-1"), TaskPhase.Ended).ToString());
    }

    [Theory]
    [InlineData(TaskState.Starting, TaskPhase.Starting)]
    [InlineData(TaskState.Running, TaskPhase.Running)]
    [InlineData(TaskState.Finished, TaskPhase.Ended)]
    [InlineData(TaskState.Lost, TaskPhase.Ended)]
    public void WhatAWorkerSaysHasAPhase(TaskState state, TaskPhase phase) => Assert.Equal(phase, TaskDigest.PhaseOf(state));

    private static TaskDigest Of((TaskId Task, TaskPhase Phase)[] tasks) => tasks.Aggregate(default(TaskDigest), (digest, t) => digest.Add(t.Task, t.Phase));
}
