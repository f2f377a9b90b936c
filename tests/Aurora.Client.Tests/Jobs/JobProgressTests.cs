using Aurora.Client.Jobs;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;

namespace Aurora.Client.Tests.Jobs;

public sealed class JobProgressTests
{
    private static readonly JobKey Key = new("c", "r", "devel", "n");

    [Fact]
    public void TheNewestAttempt_SpeaksForItsInstance()
    {
        var progress = JobProgress.Of(Key, [Task(0, TaskState.Running), Task(1, TaskState.Pending), Task(0, TaskState.Failed), Task(1, TaskState.Lost)]);
        Assert.Equal([TaskState.Running, TaskState.Pending], progress.Tasks.Select(t => t.State));
        Assert.Empty(progress.Failures);
    }

    [Theory]
    [InlineData(TaskState.Throttled, true, false, false)]
    [InlineData(TaskState.Pending, true, false, false)]
    [InlineData(TaskState.Assigned, true, false, false)]
    [InlineData(TaskState.Starting, true, false, false)]
    [InlineData(TaskState.Running, true, true, false)]
    [InlineData(TaskState.Partitioned, true, true, false)]
    [InlineData(TaskState.Finished, true, true, true)]
    [InlineData(TaskState.Failed, true, true, true)]
    [InlineData(TaskState.Killed, true, true, true)]
    public void AState_ReachesItsMilestones(TaskState state, bool pending, bool running, bool finished)
    {
        var progress = JobProgress.Of(Key, [Task(0, state)]);
        Assert.Equal((pending, running, finished),
            (progress.Reached(JobMilestone.Pending), progress.Reached(JobMilestone.Running), progress.Reached(JobMilestone.Finished)));
    }

    [Fact]
    public void AnAttemptThatEndedBetweenTwoLooks_CountsAsHavingRun() =>
        Assert.True(JobProgress.Of(Key, [Task(0, TaskState.Throttled) with { Ancestor = new TaskId("before") }]).Reached(JobMilestone.Running));

    [Fact]
    public void AsOneLine_ItSaysWhyTasksArePending() =>
        Assert.Equal("2 PENDING, 1 RUNNING (no worker has 8 cores)", JobProgress.Of(Key,
        [
            Task(0, TaskState.Running), Task(1, TaskState.Pending) with { PendingReason = "no worker has 8 cores" },
            Task(2, TaskState.Pending) with { PendingReason = "no worker has 8 cores" },
        ]).ToString());

    private static TaskSummary Task(int instance, TaskState state) => new()
    {
        TaskId = new TaskId($"t-{instance}-{state}"), Job = Key, Instance = instance, State = state,
        Resources = new ResourceGrant { Cpu = 1, Ram = 1, Disk = 1 }, Events = [],
    };
}
