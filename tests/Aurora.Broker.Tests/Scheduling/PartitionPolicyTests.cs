using Aurora.Broker.Scheduling;
using Aurora.Core.Configuration;
using Aurora.Core.Tasks;
using CsCheck;
using Xunit;

namespace Aurora.Broker.Tests.Scheduling;

/// <summary>The decider of aurora-spec section 5.9.</summary>
public sealed class PartitionPolicyTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hearing = TimeSpan.FromSeconds(15);

    [Fact]
    public void WithoutAPolicy_OrWithoutADelay_TheTaskIsGivenUpAtOnce()
    {
        Assert.True(Decide(null, 0).IsLost);
        Assert.True(Decide(new PartitionPolicyConfiguration(), 0).IsLost);
    }

    [Theory]
    [InlineData(29.9, false)]
    [InlineData(30, true)]
    public void WithADelay_ItIsGivenUpAfterIt(double seconds, bool lost)
    {
        var decision = Decide(new PartitionPolicyConfiguration { DelaySecs = 30 }, seconds);
        Assert.Equal((lost, lost ? null : Start.AddSeconds(30)), (decision.IsLost, decision.LookAgainAt));
    }

    [Fact]
    public void WithoutReschedule_ItWaitsForGood() =>
        Assert.Equal(new PartitionDecision(false, null), Decide(new PartitionPolicyConfiguration { Reschedule = false, DelaySecs = 30 }, 1e8));

    [Fact]
    public void ANewLeader_TakesNothingOfTheDelayAway_AndGivesWorkersTheTimeToBeHeard() =>
        Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 1000], Gen.Int[0, 2000]).Sample((delay, leading, now) =>
        {
            var decision = PartitionPolicy.Decide(new PartitionQuestion(
                new PartitionPolicyConfiguration { DelaySecs = delay }, Start, Start.AddSeconds(leading), Start.AddSeconds(Math.Max(now, leading)), Hearing));
            var end = Start.AddSeconds(Math.Max(delay, leading + 15));
            Assert.Equal(Start.AddSeconds(Math.Max(now, leading)) >= end, decision.IsLost);
            Assert.Equal(decision.IsLost ? null : end, decision.LookAgainAt);
        });

    [Theory]
    [InlineData(TaskState.Assigned, TaskState.Lost)]
    [InlineData(TaskState.Starting, TaskState.Partitioned)]
    [InlineData(TaskState.Running, TaskState.Partitioned)]
    [InlineData(TaskState.Killing, TaskState.Partitioned)]
    public void WhatTheWorkerNeverAcknowledged_IsLostByItsSilence_TheRestIsPartitioned(TaskState state, TaskState to) => Assert.Equal(to, PartitionPolicy.OnSilence(state));

    private static PartitionDecision Decide(PartitionPolicyConfiguration? policy, double seconds) =>
        PartitionPolicy.Decide(new PartitionQuestion(policy, Start, Start.AddDays(-1), Start.AddSeconds(seconds), Hearing));
}
