using Aurora.Broker.Scheduling;
using Aurora.Broker.State;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using CsCheck;
using Xunit;

namespace Aurora.Broker.Tests.Scheduling;

public sealed class RetryAndRetentionTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void TheFirstFlapIsFree_ThenTheDelayDoublesUpToFiveMinutes()
    {
        var delays = Enumerable.Range(1, 8).Select(n => Delay(Chain(n, TimeSpan.FromSeconds(10)), 1.0).TotalSeconds);
        Assert.Equal([0, 30, 60, 120, 240, 300, 300, 300], delays);
    }

    [Fact]
    public void TheDelayIsWithinItsBoundsWhateverChanceSays() =>
        Gen.Select(Gen.Int[2, 50], Gen.Double[0, 1]).Sample((n, chance) =>
            Assert.InRange(Delay(Chain(n, TimeSpan.FromSeconds(1)), chance), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5)));

    [Fact]
    public void AnAttemptThatRanLongEnoughOrWasEndedOnPurposeDidNotFlap()
    {
        Assert.Equal(TimeSpan.Zero, Delay(Chain(5, TimeSpan.FromMinutes(5)), 1.0));
        Assert.Equal(TimeSpan.Zero, Delay(Chain(5, TimeSpan.FromSeconds(1), TaskState.Draining), 1.0));
        Assert.Equal(TimeSpan.Zero, Delay(Chain(5, TimeSpan.FromSeconds(1), TaskState.Preempting), 1.0)); // Aurora holds it against the victim.
    }

    [Fact]
    public void APrunedAncestorEndsTheWalk()
    {
        var chain = Chain(6, TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(30), RescheduleBackoff.Delay(chain[^1], id => chain.Skip(4).FirstOrDefault(t => t.Id == id), () => 1.0, new BackoffOptions()));
    }

    [Theory]
    [InlineData(14.9, false)]
    [InlineData(15, true)]
    public void AWorkerIsLostOnlyAfterTheWholePeriod(double silence, bool lost)
    {
        var decision = WorkerLiveness.Decide(Start, Start.AddSeconds(silence), TimeSpan.FromSeconds(15));
        Assert.Equal(lost, decision.IsLost);
        Assert.Equal(lost ? null : Start.AddSeconds(15), decision.LookAgainAt);
    }

    [Fact]
    public void PruningKeepsTheYoungAndTheNewest() =>
        Gen.Select(Gen.Int[0, 400].Array[0, 300], Gen.Int[0, 120]).Sample((agesInMinutes, keep) =>
        {
            var retention = new RetentionOptions { MaxEndedTasksPerJob = keep, MinAge = TimeSpan.FromMinutes(60), MaxAge = TimeSpan.FromMinutes(300) };
            var now = Start.AddDays(10);
            var ended = agesInMinutes.OrderDescending().Select((m, i) => (new TaskId($"t{i}"), now.AddMinutes(-m))).ToArray();
            var gone = HistoryPruner.Decide(ended, now, retention).ToHashSet();
            var left = ended.Where(e => !gone.Contains(e.Item1)).ToList();
            Assert.All(ended.Where(e => gone.Contains(e.Item1)), e => Assert.True(now - e.Item2 >= retention.MinAge));
            Assert.DoesNotContain(left, e => now - e.Item2 > retention.MaxAge);
            Assert.True(left.Count(e => now - e.Item2 >= retention.MinAge) <= keep || gone.Count == 0 || left.Count <= keep);
            Assert.True(gone.Count == ended.Count(e => now - e.Item2 > retention.MaxAge) || left.Count >= Math.Min(keep, ended.Length));
        });

    private static TimeSpan Delay(TaskRecord[] chain, double chance)
    {
        var byId = chain.ToDictionary(t => t.Id);
        return RescheduleBackoff.Delay(chain[^1], id => byId.GetValueOrDefault(id), () => chance, new BackoffOptions());
    }

    private static TaskRecord[] Chain(int length, TimeSpan ranFor, TaskState? onTheWay = null) =>
        [.. Enumerable.Range(0, length).Select(i => new TaskRecord
        {
            Id = new TaskId($"t{i}"), Job = JobKey.Parse("c/r/devel/j"), Instance = 0, State = TaskState.Failed, ConfigurationId = "x",
            Ancestor = i == 0 ? null : new TaskId($"t{i - 1}"), CreatedAt = Start, ChangedAt = Start + ranFor,
            Events = [new TaskEvent(Start, TaskState.Running, null, "b"), .. onTheWay is { } s ? new[] { new TaskEvent(Start, s, null, "b") } : [], new TaskEvent(Start + ranFor, TaskState.Failed, null, "b")],
        })];
}
