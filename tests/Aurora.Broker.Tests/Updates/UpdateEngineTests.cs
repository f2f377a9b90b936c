using System.Collections.Immutable;
using Aurora.Broker.State;
using Aurora.Broker.Updates;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using CsCheck;
using Xunit;

namespace Aurora.Broker.Tests.Updates;

public sealed class UpdateEngineTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void TheDiffIsCreatesThenReplacesThenRemovals_AndLeavesEqualInstancesOut()
    {
        var current = new Dictionary<int, string> { [0] = "old", [1] = "new", [2] = "old", [7] = "old", [6] = "new" };
        var diff = UpdateDiff.Between(current, "new", 5, null);
        Assert.Equal([3, 4, 0, 2, 6, 7], diff.Select(i => i.Instance));
        Assert.Equal(["new", "new", "new", "new", null, null], diff.Select(i => i.TargetConfigurationId));
        Assert.Equal([null, null, "old", "old", "new", "old"], diff.Select(i => i.InitialConfigurationId));
        Assert.Equal([3, 2], UpdateDiff.Between(current, "new", 5, [1, 2, 3]).Select(i => i.Instance));
        Assert.Empty(UpdateDiff.Between(new Dictionary<int, string> { [0] = "new" }, "new", 1, null));
    }

    [Fact]
    public void ItReplacesOneInstanceAfterTheOther_EachAfterItsWatch()
    {
        var job = new FakeJob("old", "old");
        var update = job.Update("new", 2, new UpdateConfiguration { BatchSize = 1, WatchSecs = 10 });

        update = job.Settle(update);
        Assert.Equal([0], job.Killing);
        job.EndKilling();
        update = job.Settle(update);
        job.RunPending();
        var step = UpdateEngine.Evaluate(update, job.Active, job.Now);
        Assert.Equal(job.Now.AddSeconds(10), step.LookAgainAt);
        Assert.Empty(job.Killing);

        job.Now = job.Now.AddSeconds(10);
        update = job.Settle(step.Update);
        Assert.Equal([1], job.Killing);
        job.EndKilling();
        update = job.Settle(update);
        job.RunPending();
        job.Now = job.Now.AddSeconds(10);
        update = job.Settle(update);

        Assert.Equal(UpdateStatus.RolledForward, update.Status);
        Assert.Equal(["INSTANCE_UPDATING", "INSTANCE_UPDATED", "INSTANCE_UPDATING", "INSTANCE_UPDATED", "ROLLED_FORWARD"], update.Events.Select(e => e.Status));
    }

    [Theory]
    [InlineData(true, "RolledBack", "old")]
    [InlineData(false, "Failed", "new")]
    public void WhenTooManyInstancesFail_ItGoesBackOrStays(bool rollback, string status, string configuration)
    {
        var job = new FakeJob("old", "old", "old");
        var update = job.Update("new", 3, new UpdateConfiguration { BatchSize = 1, WatchSecs = 5, RollbackOnFailure = rollback });
        for (var i = 0; i < 20 && update.Status.IsActive(); i++)
        {
            update = job.Settle(update);
            job.EndKilling();
            update = job.Settle(update);
            job.RunPending();
            update = job.FailAll(update, "new");
            job.RunPending();
            job.Now = job.Now.AddSeconds(5);
        }

        Assert.Equal(status, update.Status.ToString());
        Assert.Equal(configuration, job.Active(0)!.ConfigurationId);
        Assert.Equal("old", job.Active(2)!.ConfigurationId); // It never came to this one.
        Assert.Equal(1, job.Starts(1));
        Assert.StartsWith("instance 0 failed once", update.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFailureWithinTheToleranceIsForgiven_AndCountedOnce()
    {
        var job = new FakeJob("old");
        var update = job.Settle(job.Update("new", 1, new UpdateConfiguration { WatchSecs = 5, MaxPerShardFailures = 1 }));
        job.EndKilling();
        update = job.Settle(update);
        job.RunPending();
        var failed = job.Active(0)! with { State = TaskState.Failed };
        update = UpdateEngine.Observe(update, failed, job.Now);
        update = UpdateEngine.Observe(update, failed, job.Now);
        Assert.Equal((1, InstanceState.Working), (update.Instances[0].Failures, update.Instances[0].State));
        update = UpdateEngine.Observe(update, failed with { Id = new TaskId("another") }, job.Now);
        Assert.Equal(InstanceState.Failed, update.Instances[0].State);
    }

    [Fact]
    public void WhateverHappens_NoMoreThanTheBatchIsUnderWay_AndItEnds() =>
        Gen.Select(Gen.Int[0, 8], Gen.Int[1, 8], Gen.Int[1, 4], Gen.Int[0, 2], Gen.Bool, Gen.Int[0, 2].Array[200]).Sample((before, after, batch, tolerated, rollback, chance) =>
        {
            var job = new FakeJob([.. Enumerable.Repeat("old", before)]);
            var update = job.Update("new", after, new UpdateConfiguration
            {
                BatchSize = batch, WatchSecs = 1, MaxTotalFailures = tolerated, RollbackOnFailure = rollback,
            });
            for (var i = 0; i < 200 && update.Status.IsActive(); i++)
            {
                update = job.Settle(update);
                Assert.True(update.Instances.Count(s => s.State == InstanceState.Working) <= batch);
                job.EndKilling();
                update = job.Settle(update);
                job.RunPending();
                if (chance[i] == 0)
                    update = job.FailAll(update, "new");
                job.RunPending();
                job.Now = job.Now.AddSeconds(1);
            }

            Assert.False(update.Status.IsActive());
            if (update.Status == UpdateStatus.RolledForward && tolerated == 0)
                Assert.True(Enumerable.Range(0, Math.Max(before, after)).All(i => job.Active(i)?.ConfigurationId == (i < after ? "new" : null)));
            if (update.Status == UpdateStatus.RolledBack)
                Assert.True(Enumerable.Range(0, Math.Max(before, after)).All(i => job.Active(i)?.ConfigurationId == (i < before ? "old" : null)));
        }, iter: 2000);

    // The tasks of a job, as far as an update sees them: what it asks for is done, and what fails is tried again, as the state machine does.
    private sealed class FakeJob
    {
        private static readonly JobKey Key = JobKey.Parse("c/r/devel/j");
        private readonly Dictionary<int, TaskRecord> _active = [];
        private readonly Dictionary<int, int> _starts = [];
        private int _ids;

        public FakeJob(params string[] configurations)
        {
            for (var i = 0; i < configurations.Length; i++)
                Add(i, configurations[i], TaskState.Running);
        }

        public DateTimeOffset Now { get; set; } = Start.AddHours(1);

        public IEnumerable<int> Killing => _active.Values.Where(t => t.State == TaskState.Killing).Select(t => t.Instance);

        public TaskRecord? Active(int instance) => _active.GetValueOrDefault(instance);

        public int Starts(int instance) => _starts[instance];

        public UpdateRecord Update(string target, int instances, UpdateConfiguration settings) => new()
        {
            Id = "u", Job = Key, Status = UpdateStatus.RollingForward, User = "ann", CreatedAt = Now, ModifiedAt = Now, TargetConfigurationId = target, Settings = settings,
            Instances = UpdateDiff.Between(_active.ToDictionary(a => a.Key, a => a.Value.ConfigurationId), target, instances, null), Events = [],
        };

        public UpdateRecord Settle(UpdateRecord update)
        {
            while (true)
            {
                var step = UpdateEngine.Evaluate(update, Active, Now);
                update = step.Update;
                foreach (var action in step.Actions)
                {
                    if (action is AddInstance add)
                        Add(add.Instance, add.ConfigurationId, TaskState.Pending);
                    else
                        _active[action.Instance] = _active[action.Instance] with { State = TaskState.Killing };
                }

                if (step.Actions.Count == 0)
                    return update;
            }
        }

        public void EndKilling()
        {
            foreach (var instance in Killing.ToArray())
                _active.Remove(instance);
        }

        public void RunPending()
        {
            foreach (var task in _active.Values.Where(t => t.State == TaskState.Pending).ToArray())
                _active[task.Instance] = task with { State = TaskState.Running, ChangedAt = Now };
        }

        public UpdateRecord FailAll(UpdateRecord update, string configuration)
        {
            foreach (var task in _active.Values.Where(t => t.State == TaskState.Running && t.ConfigurationId == configuration).ToArray())
            {
                Add(task.Instance, configuration, TaskState.Pending);
                update = UpdateEngine.Observe(update, task with { State = TaskState.Failed }, Now);
            }

            return update;
        }

        private void Add(int instance, string configuration, TaskState state)
        {
            _starts[instance] = _starts.GetValueOrDefault(instance) + 1;
            _active[instance] = new TaskRecord
            {
                Id = new TaskId($"t{_ids++}"), Job = Key, Instance = instance, State = state, ConfigurationId = configuration, CreatedAt = Now, ChangedAt = Now, Events = [],
            };
        }
    }
}
