using Aurora.Broker.Scheduling;
using Aurora.Broker.Sla;
using Aurora.Broker.State;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;
using CsCheck;
using Xunit;

namespace Aurora.Broker.Tests.Sla;

/// <summary>The rules of aurora-spec section 8.3, one by one.</summary>
public sealed class SlaCheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly SlaPolicyConfiguration NineteenOfTwenty = new() { Percentage = 95, DurationSecs = 60 };

    [Fact]
    public void WhenEnoughOthersRun_ATaskMayGo_AndWithOneLessItMayNot()
    {
        Assert.Equal(SlaVerdict.Allowed, Decide(NineteenOfTwenty, Running(20, 60)).Verdict);
        Assert.Equal(SlaVerdict.Denied, Decide(NineteenOfTwenty, [.. Running(19, 60), Make(TaskState.Pending, 0)]).Verdict);
        Assert.Equal(SlaVerdict.Allowed, Decide(Count(15), [.. Running(16, 60), .. Some(TaskState.Pending, 10)]).Verdict);
        Assert.Equal(SlaVerdict.Denied, Decide(Count(15), [.. Running(15, 60), .. Some(TaskState.Pending, 10)]).Verdict);
    }

    [Fact]
    public void ADenialSaysWhatIsNeededAndWhatIsThere() => Assert.Equal(
        "19 of 20 instances must have been running for 60 s, and without this one 18 have", Decide(NineteenOfTwenty, [.. Running(19, 60), Make(TaskState.Pending, 0)]).Reason);

    [Fact]
    public void WhenAJobIsNotProduction_ItsTasksAreFreeToGo() =>
        Assert.Equal(SlaVerdict.Allowed, Decide(NineteenOfTwenty, Some(TaskState.Pending, 20), isProtected: false).Verdict);

    [Fact]
    public void PoliciesOfOtherTiersAreKept_WhenTheOptionSaysSo()
    {
        var preemptible = new Tier("a", Preemptible: true, Revocable: false);
        Assert.False(new SlaOptions().IsProtected(preemptible));
        Assert.True(new SlaOptions { KeepsNonProduction = true }.IsProtected(preemptible));
        Assert.True(new SlaOptions().IsProtected(new Tier("b", Preemptible: false, Revocable: false)));
    }

    [Fact]
    public void WhenAJobHasFewerThanTwentyActiveTasks_TheyAreFreeToGo()
    {
        Assert.Equal(SlaVerdict.Allowed, Decide(Count(18), Some(TaskState.Pending, 19)).Verdict);
        Assert.Equal(SlaVerdict.Denied, Decide(Count(18), Some(TaskState.Pending, 20)).Verdict);
    }

    [Theory]
    [InlineData(TaskState.Assigned)]
    [InlineData(TaskState.Starting)]
    [InlineData(TaskState.Partitioned)]
    [InlineData(TaskState.Draining)]
    [InlineData(TaskState.Restarting)]
    [InlineData(TaskState.Preempting)]
    [InlineData(TaskState.Killing)]
    [InlineData(TaskState.Throttled)]
    public void OnlyRunningTasksCountAsUp_AndAllActiveOnesCountAsThere(TaskState state)
    {
        TaskRecord[] tasks = [.. Running(19, 60), Make(state, 3600)];
        Assert.Equal(SlaVerdict.Denied, Decide(NineteenOfTwenty, tasks).Verdict);
        Assert.Equal(SlaVerdict.Allowed, Decide(Count(18), tasks).Verdict);
    }

    [Fact]
    public void WhoHasNotRunForTheDuration_DoesNotCount()
    {
        Assert.Equal(SlaVerdict.Denied, Decide(NineteenOfTwenty, [.. Running(19, 60), Make(TaskState.Running, 59)]).Verdict);
        Assert.Equal(SlaVerdict.Allowed, Decide(NineteenOfTwenty, [.. Running(19, 60), Make(TaskState.Running, 60)]).Verdict);
    }

    [Fact]
    public void TheTaskItselfDoesNotCount_WhetherItRunsOrNot()
    {
        var pending = Make(TaskState.Assigned, 0);
        TaskRecord[] tasks = [.. Running(19, 60), pending];
        Assert.Equal(SlaVerdict.Allowed, SlaCheck.Decide(new SlaQuestion(NineteenOfTwenty, new JobUptime(tasks, Now), pending, true)).Verdict);
        Assert.Equal(SlaVerdict.Denied, SlaCheck.Decide(new SlaQuestion(NineteenOfTwenty, new JobUptime(tasks, Now), tasks[0], true)).Verdict);
    }

    [Fact]
    public void WhenAPolicyWouldLetNoneGo_ExactlyOneMay()
    {
        foreach (var policy in new[] { Count(20), Count(1000), new SlaPolicyConfiguration { Percentage = 100, DurationSecs = 60 }, new SlaPolicyConfiguration { Percentage = 99, DurationSecs = 60 } })
        {
            Assert.Equal(SlaVerdict.Allowed, Decide(policy, Running(20, 60)).Verdict);
            Assert.Equal(SlaVerdict.Denied, Decide(policy, [.. Running(19, 60), Make(TaskState.Draining, 0)]).Verdict);
        }
    }

    [Fact]
    public void PercentagesAreCountedWithoutRounding() // 99.9 is no number of a double: 999 would become 999.0000000001, and 1,000 be asked for.
    {
        TaskRecord[] tasks = [.. Running(1000, 60)];
        Assert.Equal(SlaVerdict.Allowed, Decide(new SlaPolicyConfiguration { Percentage = 99.9, DurationSecs = 60 }, tasks).Verdict);
        Assert.Equal(SlaVerdict.Denied, Decide(new SlaPolicyConfiguration { Percentage = 99.8, DurationSecs = 60 }, [.. Running(998, 60), .. Some(TaskState.Pending, 2)]).Verdict);
    }

    [Fact]
    public void ACoordinatorIsAsked_HoweverSmallTheJobIs_AndWhateverItsTier() => Assert.Equal(
        SlaVerdict.AskCoordinator, Decide(new SlaPolicyConfiguration { CoordinatorUrl = "http://x" }, Running(1, 0), isProtected: false).Verdict);

    [Fact]
    public void WhateverIsLetGoOneAfterTheOther_EnoughAreLeft() => Gen.Select(Gen.Int[20, 60], Gen.Double[0, 100], Gen.Int[0, 100], Gen.Int[0, 70].Array[60]).Sample((count, percentage, duration, ages) =>
    {
        var policy = new SlaPolicyConfiguration { Percentage = percentage, DurationSecs = duration };
        var tasks = Enumerable.Range(0, count).Select(i => Make(i % 5 == 0 && ages[i] % 3 == 0 ? TaskState.Starting : TaskState.Running, ages[i])).ToArray();
        var left = tasks.ToList();
        var uptime = new JobUptime(tasks, Now);
        foreach (var task in tasks)
        {
            if (SlaCheck.Decide(new SlaQuestion(policy, uptime, task, true)).Verdict != SlaVerdict.Allowed)
                continue;
            uptime.LetGo(task);
            left.Remove(task);
            var up = left.Count(t => t.State == TaskState.Running && Now - t.ChangedAt >= TimeSpan.FromSeconds(duration));
            Assert.True(up >= Math.Min(count - 1, (decimal)percentage * count / 100));
        }
    });

    private static SlaDecision Decide(SlaPolicyConfiguration policy, TaskRecord[] tasks, bool isProtected = true) =>
        SlaCheck.Decide(new SlaQuestion(policy, new JobUptime(tasks, Now), tasks[0], isProtected));

    private static SlaPolicyConfiguration Count(int count) => new() { Count = count, DurationSecs = 60 };

    private static TaskRecord[] Running(int count, int forSecs) => [.. Enumerable.Range(0, count).Select(_ => Make(TaskState.Running, forSecs))];

    private static TaskRecord[] Some(TaskState state, int count) => [.. Enumerable.Range(0, count).Select(_ => Make(state, 3600))];

    private static TaskRecord Make(TaskState state, int forSecs) => new()
    {
        Id = new TaskId(Guid.NewGuid().ToString()), Job = Support.Some.Job().Key, Instance = 0, State = state, ConfigurationId = "c",
        CreatedAt = Now, ChangedAt = Now - TimeSpan.FromSeconds(forSecs), Events = [],
    };
}
